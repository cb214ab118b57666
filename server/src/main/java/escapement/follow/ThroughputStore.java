package escapement.follow;

import escapement.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** SQL: how many attempts ended in each minute, from the roll-up. Thread-safe. */
public final class ThroughputStore {
    private static final String BY_MINUTE = """
            select minute, queue, coalesce(sum(n) filter (where outcome = 'SUCCEEDED'), 0)::bigint as succeeded,
                   coalesce(sum(n) filter (where outcome in ('FAILED', 'TIMEOUT')), 0)::bigint as failed,
                   coalesce(sum(n) filter (where outcome not in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0)::bigint as other
              from report.attempt_minutes
             where minute > date_trunc('minute', now()) - make_interval(mins => ?)
             group by minute, queue
             order by minute, queue
            """;
    private static final String THIS_MINUTE = "select date_trunc('minute', now())";

    private final Database database;

    public ThroughputStore(Database database) {
        this.database = database;
    }

    /** The last minutes, the one that runs included; minutes of a queue in which nothing ended are left out. */
    public Throughput last(int minutes) {
        return database.atOneMoment(tx -> new Throughput(
                tx.resultQuery(THIS_MINUTE)
                        .fetchSingle(row -> row.get(0, OffsetDateTime.class).toInstant()),
                Duration.ofMinutes(minutes),
                tx.resultQuery(BY_MINUTE, minutes)
                        .fetch(row -> new Throughput.Minute(
                                row.get("minute", OffsetDateTime.class).toInstant(),
                                row.get("queue", String.class),
                                row.get("succeeded", Long.class),
                                row.get("failed", Long.class),
                                row.get("other", Long.class)))));
    }

    /**
     * What ended, minute by minute.
     *
     * @param thisMinute the beginning of the last of them, by the database's clock
     * @param span how many there are
     */
    public record Throughput(Instant thisMinute, Duration span, List<Minute> minutes) {
        public Throughput {
            minutes = List.copyOf(minutes);
        }

        public Instant firstMinute() {
            return thisMinute.minus(span).plus(Duration.ofMinutes(1));
        }

        /** Attempts of a queue that ended in a minute. */
        public record Minute(Instant minute, String queue, long succeeded, long failed, long other) {}
    }
}
