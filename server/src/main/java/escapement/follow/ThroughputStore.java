package escapement.follow;

import escapement.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

/** SQL: how many tasks came in and how many attempts ended in each minute, from the roll-up. Thread-safe. */
public final class ThroughputStore {
    private static final String BY_MINUTE = """
            with ended as (
                select minute, queue, coalesce(sum(n) filter (where outcome = 'SUCCEEDED'), 0)::bigint as succeeded,
                       coalesce(sum(n) filter (where outcome in ('FAILED', 'TIMEOUT')), 0)::bigint as failed,
                       coalesce(sum(n) filter (where outcome not in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0)::bigint as other
                  from report.attempt_minutes
                 where minute > date_trunc('minute', now()) - make_interval(mins => ?)
                 group by minute, queue
            ), submitted as (
                select s.minute, q.name as queue, s.n as submitted
                  from escapement.submit_minute s
                  join escapement.queue q on q.id = s.queue
                 where s.minute > date_trunc('minute', now()) - make_interval(mins => ?)
            )
            select minute, queue, coalesce(submitted, 0) as submitted, coalesce(succeeded, 0) as succeeded,
                   coalesce(failed, 0) as failed, coalesce(other, 0) as other
              from ended full join submitted using (minute, queue)
             order by minute, queue
            """;
    private static final String THIS_MINUTE = "select date_trunc('minute', now())";

    private final Database database;

    public ThroughputStore(Database database) {
        this.database = database;
    }

    /** The last minutes, the one that runs included; minutes of a queue in which nothing came and nothing ended are left out. */
    public Throughput last(int minutes) {
        return database.atOneMoment(tx -> new Throughput(
                tx.resultQuery(THIS_MINUTE)
                        .fetchSingle(row -> row.get(0, OffsetDateTime.class).toInstant()),
                Duration.ofMinutes(minutes),
                tx.resultQuery(BY_MINUTE, minutes, minutes)
                        .fetch(row -> new Throughput.Minute(
                                row.get("minute", OffsetDateTime.class).toInstant(),
                                row.get("queue", String.class),
                                row.get("submitted", Long.class),
                                row.get("succeeded", Long.class),
                                row.get("failed", Long.class),
                                row.get("other", Long.class)))));
    }

    /**
     * What came in and what ended, minute by minute.
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

        /** Tasks of a queue that came in a minute, and its attempts that ended in it. */
        public record Minute(Instant minute, String queue, long submitted, long succeeded, long failed, long other) {}
    }
}
