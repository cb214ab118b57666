package escapement.queue;

import escapement.task.TaskStatus;
import java.util.Optional;
import org.jooq.DSLContext;

/** SQL: ends tasks that wait, and marks those that run for their node to stop. */
final class CancelStore {
    private static final String CANCEL_WAITING = """
            with gone as (
                delete from escapement.live where id = ? and status <> 'IN_PROGRESS' returning id, attempt, queue, status
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, reason)
                select id, now(), attempt, 'CANCELLED', ? from gone
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, status, 'CANCELLED', 1, array[id] from gone
            )
            select count(*) from gone
            """;
    private static final String MARK_RUNNING = """
            update escapement.live set cancel_reason = ? where id = ? and status = 'IN_PROGRESS' and cancel_reason is null
            """;
    /** Marked while they ran, but the attempt ended first and its task was to run again. */
    private static final String SWEEP = """
            with gone as (
                delete from escapement.live
                 where id = any(array(select id from escapement.live
                                       where cancel_reason is not null and status <> 'IN_PROGRESS'
                                       order by id limit 1000 for update skip locked))
                   and status <> 'IN_PROGRESS'
                returning id, attempt, queue, status, cancel_reason
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, reason)
                select id, now(), attempt, 'CANCELLED', cancel_reason from gone
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, status, 'CANCELLED', count(*), array_agg(id) from gone group by queue, status
            )
            select count(*) from gone
            """;

    private static final String STATUS = """
            select coalesce(l.status, e.status)::text
              from escapement.task t
              left join escapement.live l on l.id = t.id
              left join escapement.ended e on e.id = t.id
             where t.id = ?
            """;

    /** @return whether the task waited and is cancelled now */
    boolean cancelWaiting(DSLContext tx, long id, String reason) {
        return count(tx, CANCEL_WAITING, id, reason) == 1;
    }

    /** @return whether the task runs and was marked now */
    boolean markRunning(DSLContext tx, long id, String reason) {
        return tx.query(MARK_RUNNING, reason, id).execute() == 1;
    }

    /** @return how many were ended */
    int sweep(DSLContext tx) {
        return count(tx, SWEEP);
    }

    Optional<TaskStatus> status(DSLContext tx, long id) {
        return tx.resultQuery(STATUS, id).fetchOptional(row -> TaskStatus.valueOf(row.get(0, String.class)));
    }

    private static int count(DSLContext tx, String sql, Object... bindings) {
        return tx.resultQuery(sql, bindings).fetchSingle(row -> row.get(0, int.class));
    }
}
