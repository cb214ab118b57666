package escapement.follow;

import escapement.db.Database;
import escapement.task.TaskStatus;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** SQL: reads the journal in commit order. Thread-safe. */
public final class JournalStore {
    private static final int MAX_IDS = 20;
    private static final int FORGET_AT_ONCE = 5000;
    private static final String AFTER = """
            select j.xid::text, j.seq, q.name, j.from_status, j.to_status, j.n, j.task_ids[1:%d], j.event
              from escapement.journal j join escapement.queue q on q.id = j.queue
             where (j.xid, j.seq) > (?::xid8, ?) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
             order by j.xid, j.seq
             limit ?
            """.formatted(MAX_IDS);
    private static final String END = """
            select j.xid::text, j.seq from escapement.journal j
             where j.xid < pg_snapshot_xmin(pg_current_snapshot())
             order by j.xid desc, j.seq desc limit 1
            """;

    private static final String FORGET = """
            delete from escapement.journal
             where (xid, seq) in (
                   select j.xid, j.seq
                     from escapement.journal j
                     join (select xid, seq from escapement.follower order by xid, seq limit 1) f on (j.xid, j.seq) <= (f.xid, f.seq)
                    where j.at < now() - ? * interval '1 ms'
                    order by j.xid, j.seq
                    limit %d)
            """.formatted(FORGET_AT_ONCE);
    private static final String FIRST = "select xid::text, seq from escapement.journal order by xid, seq limit 1";

    private final Database database;

    public JournalStore(Database database) {
        this.database = database;
    }

    /** Where the journal ends now; a reader that starts here sees every later change once. */
    public Position end() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(END);
                    ResultSet row = statement.executeQuery()) {
                return row.next() ? new Position(row.getString(1), row.getLong(2)) : Position.BEGINNING;
            }
        });
    }

    /** Whether all changes after {@code position} are still here; older ones are forgotten after a day. */
    public boolean reachesBackTo(Position position) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIRST);
                    ResultSet row = statement.executeQuery()) {
                return row.next() && new Position(row.getString(1), row.getLong(2)).compareTo(position) <= 0;
            }
        });
    }

    /** Deletes what all who follow have read and is older than {@code age}. @return how many rows */
    public int forgetFollowed(Duration age) {
        int all = 0;
        int some;
        do {
            some = database.statement(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
                    statement.setLong(1, age.toMillis());
                    return statement.executeUpdate();
                }
            });
            all += some;
        } while (some == FORGET_AT_ONCE);
        return all;
    }

    /** The first {@code limit} changes after a position. */
    public List<Entry> after(Position position, int limit) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(AFTER)) {
                statement.setString(1, position.xid());
                statement.setLong(2, position.seq());
                statement.setInt(3, limit);
                List<Entry> entries = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        entries.add(entry(row));
                    }
                }
                return entries;
            }
        });
    }

    private static Entry entry(ResultSet row) throws SQLException {
        String from = row.getString(4);
        Array ids = row.getArray(7);
        return new Entry(
                new Position(row.getString(1), row.getLong(2)),
                row.getString(3),
                from == null ? null : TaskStatus.valueOf(from),
                TaskStatus.valueOf(row.getString(5)),
                row.getInt(6),
                Arrays.asList((Long[]) ids.getArray()),
                row.getString(8));
    }

    /** A place in the journal: a transaction's id and a number within; ordered as transactions became visible. */
    public record Position(String xid, long seq) implements Comparable<Position> {
        public static final Position BEGINNING = new Position("0", 0);
        private static final Pattern FORM = Pattern.compile("[0-9]{1,20}-[0-9]{1,19}");

        /** Reads what {@link #toString} wrote; null if it is anything else. */
        public static @Nullable Position parse(String text) {
            if (!FORM.matcher(text).matches()) {
                return null;
            }
            int dash = text.indexOf('-');
            String xid = text.substring(0, dash);
            try {
                Long.parseUnsignedLong(xid);
                return new Position(xid, Long.parseLong(text.substring(dash + 1)));
            } catch (NumberFormatException e) {
                return null; // too large
            }
        }

        @Override
        public int compareTo(Position other) {
            int byTransaction = Long.compareUnsigned(Long.parseUnsignedLong(xid), Long.parseUnsignedLong(other.xid));
            return byTransaction != 0 ? byTransaction : Long.compare(seq, other.seq);
        }

        @Override
        public String toString() {
            return xid + "-" + seq;
        }
    }

    /**
     * One journal row: {@code count} tasks moved, or something happened to them; the first {@value #MAX_IDS} of them are
     * named.
     */
    public record Entry(
            Position position,
            String queue,
            @Nullable TaskStatus from, // null: they were submitted
            TaskStatus to,
            int count,
            List<Long> ids,
            @Nullable String event) {} // what happened; null for a change of status
}
