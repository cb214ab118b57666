package escapement.follow;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** SQL: how many attempts ended lately and how long they waited and ran, from the roll-ups. Thread-safe. */
public final class SpreadStore {
    /** Whole minutes: the one that goes on would make every rate too small. */
    private static final String THROUGHPUT = """
            select coalesce(sum(n) filter (where minute >= date_trunc('minute', now()) - interval '1 minute'), 0),
                   coalesce(sum(n) filter (where minute >= date_trunc('minute', now()) - interval '5 minutes'), 0),
                   coalesce(sum(n), 0)
              from escapement.attempt_minute
             where minute >= date_trunc('minute', now()) - interval '60 minutes' and minute < date_trunc('minute', now())
            """;
    /** Run times of those that came to an end of their own; an interrupted one says nothing about its action. */
    private static final String LATELY = """
            select measure::text, bucket, sum(n)
              from escapement.attempt_spread
             where minute > now() - ? * interval '1 minute'
               and (measure = 'WAIT' or outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT'))
             group by measure, bucket
            """;

    private static final String EVER = """
            select t.measure::text, coalesce(q.name, a.name), t.bucket, t.n, t.us
              from escapement.attempt_total t
              left join escapement.queue q on t.measure = 'WAIT' and q.id = t.subject
              left join escapement.action a on t.measure = 'RUN' and a.id = t.subject
             order by t.measure, t.subject, t.bucket
            """;

    private final Database database;

    public SpreadStore(Database database) {
        this.database = database;
    }

    /** Attempts that ended in the last 1, 5 and 60 whole minutes. */
    public Throughput throughput() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(THROUGHPUT);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return new Throughput(row.getLong(1), row.getLong(2), row.getLong(3));
            }
        });
    }

    /** How long those attempts waited and ran that ended in the last minutes. */
    public Lately lately(int minutes) {
        return database.statement(connection -> lately(connection, minutes));
    }

    private static Lately lately(Connection connection, int minutes) throws SQLException {
        SortedMap<Integer, Long> waits = new TreeMap<>();
        SortedMap<Integer, Long> runs = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(LATELY)) {
            statement.setInt(1, minutes);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    (row.getString(1).equals("WAIT") ? waits : runs).put(row.getInt(2), row.getLong(3));
                }
            }
        }
        return new Lately(new Spread(waits), new Spread(runs));
    }

    /** How long all attempts ever waited, by queue, and ran, by action. */
    public Ever ever() {
        return database.statement(connection -> {
            List<Ever.Part> waits = new ArrayList<>();
            List<Ever.Part> runs = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(EVER);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    (row.getString(1).equals("WAIT") ? waits : runs)
                            .add(new Ever.Part(row.getString(2), row.getInt(3), row.getLong(4), row.getLong(5) / 1e6));
                }
            }
            return new Ever(waits, runs);
        });
    }

    /** Attempts that ended in whole minutes. */
    public record Throughput(long inOneMinute, long inFiveMinutes, long inSixtyMinutes) {}

    /** @param runs of attempts that succeeded, failed or timed out */
    public record Lately(Spread waits, Spread runs) {}

    /** @param runs of attempts that succeeded, failed or timed out */
    public record Ever(List<Part> waits, List<Part> runs) {
        public Ever {
            waits = List.copyOf(waits);
            runs = List.copyOf(runs);
        }

        /** One bucket of a queue's waits or an action's run times; those of one name follow each other. */
        public record Part(String name, int bucket, long n, double seconds) {}
    }
}
