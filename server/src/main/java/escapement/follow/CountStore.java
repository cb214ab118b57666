package escapement.follow;

import escapement.db.Database;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: counts, from the roll-ups and the journal's tail; never a scan of tasks. Thread-safe. */
public final class CountStore {
    // what the follower has summed and what it has not yet; the late ones by a partial index of live tasks
    private static final String DEADLINES = """
            select coalesce(sum(n) filter (where on_time), 0) as met, coalesce(sum(n) filter (where not on_time), 0) as missed,
                   late.at_risk, late.breached
              from (select count(*) filter (where deadline_at > now()) as at_risk,
                           count(*) filter (where deadline_at <= now()) as breached
                      from escapement.live where at_risk_at is not null and at_risk_at <= now()) late
              left join (select on_time, n from escapement.on_time_count
                         union all
                         select on_time, n from escapement.on_time_delta) counted on true
             group by late.at_risk, late.breached
            """;

    private static final String CHANGES = """
            select q.name, c.from_status::text, c.to_status::text, c.outcome::text, c.n
              from report.changes c join escapement.queue q on q.id = c.queue
            union all
            select queue, status::text, null, null, tasks from report.removed_tasks
            """;
    private static final int LOOKED_AT = 2000;
    // in the order of claiming, which is by age within the ageing bound: a look at all that wait would be a scan
    private static final String HEADS = """
            select q.name,
                   exists (select from escapement.hold h
                            where (h.scope = 'EVERYTHING' or h.scope = 'QUEUE' and h.subject = q.id) and (h.until is null or h.until > now())),
                   extract(epoch from now() - head.next), extract(epoch from now() - head.oldest)
              from escapement.queue q
             cross join lateral (select (array_agg(w.ready_at order by w.claim_order, w.id))[1] as next, min(w.ready_at) as oldest
                                   from (select l.ready_at, l.claim_order, l.id from escapement.live l
                                          where l.status = 'PENDING' and l.queue = q.id
                                          order by l.claim_order, l.id limit %d) w) head
             order by q.name
            """.formatted(LOOKED_AT);

    private final Database database;

    public CountStore(Database database) {
        this.database = database;
    }

    public Counts counts() {
        return database.statement(CountStore::counts);
    }

    /** As a part of a transaction. */
    public Counts counts(DSLContext tx) {
        return tx.connectionResult(CountStore::counts);
    }

    private static Counts counts(Connection connection) throws SQLException {
        List<Counts.Change> changes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CHANGES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                changes.add(new Counts.Change(
                        row.getString(1),
                        status(row.getString(2)),
                        status(row.getString(3)),
                        row.getString(4) == null ? null : AttemptOutcome.valueOf(row.getString(4)),
                        row.getLong(5)));
            }
        }
        return new Counts(changes);
    }

    private static @Nullable TaskStatus status(@Nullable String name) {
        return name == null ? null : TaskStatus.valueOf(name);
    }

    /** All queues with the age of what is claimed next, and of what has waited longest. */
    public List<QueueHead> queues() {
        return database.statement(connection -> {
            List<QueueHead> heads = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(HEADS);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    heads.add(new QueueHead(
                            row.getString(1),
                            row.getBoolean(2),
                            seconds(row.getBigDecimal(3)),
                            seconds(row.getBigDecimal(4))));
                }
            }
            return heads;
        });
    }

    // negative while the clock that wrote it is ahead of this statement's beginning
    private static @Nullable Double seconds(@Nullable BigDecimal age) {
        return age == null ? null : Math.max(0, age.doubleValue());
    }

    /** How deadlines fare. */
    public Deadlines deadlines() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DEADLINES);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return new Deadlines(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
            }
        });
    }

    /**
     * A queue and whether it is held.
     *
     * @param nextWaitingSeconds for how long the task that is claimed next has been ready; null when none is
     * @param oldestWaitingSeconds the longest that any of the {@value #LOOKED_AT} tasks that are claimed next has been ready; null likewise
     */
    public record QueueHead(
            String name,
            boolean held,
            @Nullable Double nextWaitingSeconds,
            @Nullable Double oldestWaitingSeconds) {}
}
