package escapement.queue;

import escapement.task.Priority;
import java.util.Optional;
import org.jooq.DSLContext;

/** SQL: brings an ended task back. */
final class RetryStore {
    // numbering goes on, and none of the earlier attempts count: the task gets max_attempts anew
    private static final String REVIVE = """
            with back as (
                delete from escapement.ended where id = ? and status in ('FAILED', 'CANCELLED', 'SKIPPED')
                returning id, attempt_count, status
            ), queued as (
                insert into escapement.live (id, claim_order, ready_at, fence, attempt, uncounted, status, priority, risk_level,
                                             action, queue, max_attempts, confidence_score)
                select t.id, (date_part('epoch', now()) * 1000000)::bigint + ?, now(),
                       coalesce((select max(a.fence) from escapement.attempt a where a.task_id = t.id), 0) + 1,
                       b.attempt_count, b.attempt_count, 'PENDING', t.priority, t.risk_level,
                       t.action, t.queue, t.max_attempts, t.confidence_score
                  from back b join escapement.task t on t.id = b.id
                returning queue
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select q.queue, b.status, 'PENDING', 1, array[b.id] from back b, queued q
            )
            select count(*) from back
            """;

    Optional<Priority> priority(DSLContext tx, long id) {
        return tx.resultQuery("select priority::text from escapement.task where id = ?", id)
                .fetchOptional(row -> Priority.valueOf(row.get(0, String.class)));
    }

    /** @return whether it had ended without success and is PENDING now */
    boolean revive(DSLContext tx, long id, long microsBehindCritical) {
        return tx.resultQuery(REVIVE, id, microsBehindCritical).fetchSingle(row -> row.get(0, int.class)) == 1;
    }
}
