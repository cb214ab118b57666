package escapement.queue;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** SQL: ends attempts, a batch in one statement and one commit, guarded by status, node and fence. */
final class CompletionStore {
    /*
     * The check of status and node hides in the CASE to make it a join clause on fence: written as plain conditions, a
     * plan made while no row is IN_PROGRESS scans `live` once per row of the batch (18,000 instead of 60,000 tasks/s).
     */
    private static final String OURS = "u.fence = case when l.status = 'IN_PROGRESS' and l.node = ? then l.fence end";

    private static final String ATTEMPTS = """
            insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path,
                                            ready_at, started_at, ended_at, confidence_score, policy_version, error, ended_task)
            select id, attempt, fence, ?, action, queue, outcome, risk_level, gate_path, ready_at,
                   now() - (ended_ago_us + run_us) * interval '1 us', now() - ended_ago_us * interval '1 us', confidence_score, gate_version, error,
                   next_status in ('COMPLETED', 'FAILED', 'CANCELLED')
              from done
            """;

    private static final String JOURNAL = """
            insert into escapement.journal (node, queue, from_status, to_status, outcome, n, task_ids, attempts)
            select ?, queue, 'IN_PROGRESS', next_status, outcome, count(*), array_agg(id), array_agg(attempt)
              from done group by queue, next_status, outcome
            """;

    private static final String FINISH_THOSE = """
            with u as materialized (
                select * from unnest(?, ?, ?::escapement.attempt_outcome[], ?::escapement.task_status[], ?, ?, ?, ?)
                         as u (id, fence, outcome, next_status, run_us, ended_ago_us, error, result)
            ), done as (
                delete from escapement.live l using u
                 where l.id = u.id and %s
                returning l.id, l.fence, l.attempt, l.ready_at, l.action, l.queue, l.risk_level, l.confidence_score,
                          l.gate_path, l.gate_version, l.cancel_reason, l.deadline_at, u.outcome, u.next_status, u.run_us, u.ended_ago_us, u.error, u.result
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, result, on_time)
                select id, now(), attempt, next_status, result::jsonb,
                       case when next_status in ('COMPLETED', 'FAILED') then now() <= deadline_at end
                  from done
            ), attempted as (
                %s
            ), told as (
                %s
            )
            select id, fence, attempt, cancel_reason is not null from done
            """;

    /** Tasks whose end moves no other: one statement is the whole transaction. */
    static final String FINISH = FINISH_THOSE.formatted(OURS + " and not l.followed", ATTEMPTS, JOURNAL);

    private static final String FINISH_ANY = FINISH_THOSE.formatted(OURS, ATTEMPTS, JOURNAL);

    // in the order of ids, as everybody locks several
    private static final String LOCK =
            "select id from escapement.live where id = any(?::bigint[]) order by id for update";

    /*
     * Back to waiting: for a time (SCHEDULED) or at once (PENDING). One that waits has its turn among those that become ready
     * when it does, and after a failure it gives way for a while: at its old place a hundred thousand that fail would go
     * before all that came after them, again and again.
     */
    private static final String REQUEUE = """
            with u as materialized (
                select * from unnest(?, ?, ?::escapement.attempt_outcome[], ?::escapement.task_status[], ?, ?, ?, ?, ?)
                         as u (id, fence, outcome, next_status, run_us, ended_ago_us, error, delay_ms, uncounted)
                        cross join (values (?::boolean, ?::bigint)) as o (by_deadline, gives_way_us)
            ), before as materialized (
                select l.id, l.fence, l.attempt, l.ready_at, l.action, l.queue, l.risk_level, l.confidence_score,
                       l.gate_path, l.gate_version, u.outcome, u.next_status, u.run_us, u.ended_ago_us, u.error, u.delay_ms, u.uncounted,
                       case when u.next_status = 'SCHEDULED' and not (u.by_deadline and l.deadline_at is not null)
                            then greatest(0, date_part('epoch', now() + u.delay_ms * interval '1 ms' - l.ready_at) * 1000000)::bigint
                                 -- once: the place it has after a failure lies that much behind already
                                 + case when u.uncounted = 0 and l.attempt - l.uncounted = 1 then u.gives_way_us else 0 end
                            else 0 end as later_us
                  from escapement.live l join u on l.id = u.id and %s
                   for update of l
            ), requeued as (
                update escapement.live l
                   set status = b.next_status, fence = l.fence + 1, uncounted = l.uncounted + b.uncounted, crashes = 0, node = null, started_at = null,
                       claim_order = l.claim_order + b.later_us,
                       run_at = case when b.next_status = 'SCHEDULED' then now() + b.delay_ms * interval '1 ms' end,
                       ready_at = case when b.next_status = 'PENDING' then now() end
                  from before b
                 where l.id = b.id
            ), done as (
                select * from before
            ), attempted as (
                %s
            ), told as (
                %s
            )
            select id from done
            """.formatted(OURS, ATTEMPTS, JOURNAL);

    // by outcome, for whoever rescued the task recorded an attempt of the same fence too, as LOST
    private static final String RECORDED = """
            select u.id from unnest(?, ?, ?::escapement.attempt_outcome[]) as u (id, fence, outcome)
              join escapement.attempt a on a.task_id = u.id and a.fence = u.fence and a.outcome = u.outcome
            """;

    private final Database database;
    private final ClaimOrder claimOrder;

    CompletionStore(Database database, ClaimOrder claimOrder) {
        this.database = database;
        this.claimOrder = claimOrder;
    }

    /**
     * Ends tasks for good whose end moves no other.
     *
     * @return the ids accepted; the others are followed, or had been taken from {@code node}
     */
    Set<Long> finish(int node, List<Ending> endings) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FINISH)) {
                int next = bind(statement, endings).text(Ending::result).next();
                return accepted(statement, node, next);
            }
        });
    }

    /** Ends tasks for good in a transaction that is to do what their ends move. @return those accepted */
    List<End> finish(DSLContext tx, int node, List<Ending> endings) {
        if (endings.size() > 1) {
            tx.query(LOCK, (Object)
                            endings.stream().map(ending -> ending.task().id()).toArray(Long[]::new))
                    .execute();
        }
        Map<HeldTask, Ending> byTask =
                endings.stream().collect(Collectors.toMap(ending -> HeldTask.of(ending.task()), ending -> ending));
        return tx.connectionResult(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FINISH_ANY)) {
                bindNode(
                        statement,
                        node,
                        bind(statement, endings).text(Ending::result).next());
                List<End> ends = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        long id = row.getLong(1);
                        Ending ending = Objects.requireNonNull(byTask.get(new HeldTask(id, row.getInt(2))));
                        End end = new End(id, ending.next(), row.getInt(3), ending.result(), row.getBoolean(4));
                        ends.add(end.of(ending.task()));
                    }
                }
                return ends;
            }
        });
    }

    /** Ends attempts whose tasks go on. @return the ids accepted */
    Set<Long> requeue(int node, List<Ending> endings) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(REQUEUE)) {
                int next = bind(statement, endings)
                        .bigint(Ending::delayMillis)
                        .integer(ending -> ending.countsAsAttempt() ? 0 : 1)
                        .next();
                statement.setBoolean(next, claimOrder.by() == ClaimOrder.By.DEADLINE);
                statement.setLong(next + 1, claimOrder.microsToGiveWay());
                return accepted(statement, node, next + 2);
            }
        });
    }

    /** Of these endings, the ids whose attempt is on record: an earlier commit went through although its answer was lost. */
    Set<Long> recorded(List<Ending> endings) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RECORDED)) {
                new Columns<>(statement, endings)
                        .bigint(ending -> ending.task().id())
                        .integer(ending -> ending.task().fence())
                        .castFromText(Ending::outcome);
                return ids(statement);
            }
        });
    }

    private static Columns<Ending> bind(PreparedStatement statement, List<Ending> endings)
            throws java.sql.SQLException {
        long now = System.nanoTime();
        return new Columns<>(statement, endings)
                .bigint(ending -> ending.task().id())
                .integer(ending -> ending.task().fence())
                .castFromText(Ending::outcome)
                .castFromText(Ending::next)
                .bigint(ending -> ending.runNanos() / 1000)
                .bigint(ending -> (now - ending.endedNanoTime()) / 1000)
                .text(Ending::error);
    }

    private static Set<Long> accepted(PreparedStatement statement, int node, int next) throws java.sql.SQLException {
        bindNode(statement, node, next);
        return ids(statement);
    }

    private static void bindNode(PreparedStatement statement, int node, int next) throws java.sql.SQLException {
        for (int parameter = next; parameter < next + 3; parameter++) {
            statement.setInt(parameter, node); // the guard, the attempts, the journal
        }
    }

    private static Set<Long> ids(PreparedStatement statement) throws java.sql.SQLException {
        Set<Long> ids = new HashSet<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(row.getLong(1));
            }
        }
        return ids;
    }
}
