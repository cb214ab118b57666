package escapement.queue;

import escapement.task.TaskStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;

/** SQL: ends tasks that wait, and marks those that run for their node to stop. */
final class CancelStore {
    private static final String END_GONE = """
            , ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, reason)
                select id, now(), attempt, 'CANCELLED', reason from gone
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, status, 'CANCELLED', count(*), array_agg(id) from gone group by queue, status
            )
            select id, attempt, followed from gone
            """;
    // locked in the order of ids, as everybody does who takes several
    private static final String CANCEL_WAITING = """
            with locked as materialized (
                select id from escapement.live where id = any(?::bigint[]) order by id for update
            ), gone as (
                delete from escapement.live l using locked k
                 where l.id = k.id and l.status <> 'IN_PROGRESS' and l.attempt <= ?
                returning l.id, l.attempt, l.queue, l.status, l.followed, ?::text as reason
            )""" + END_GONE;
    private static final String MARK_RUNNING = """
            update escapement.live set cancel_reason = ?
             where id = any(?::bigint[]) and status = 'IN_PROGRESS' and cancel_reason is null
            returning id
            """;
    /** SQL: whether a sweep finds any. */
    static final String ANY_LEFT =
            "exists (select from escapement.live where cancel_reason is not null and status <> 'IN_PROGRESS')";

    /** Marked while they ran, but the attempt ended first and its task was to run again. */
    private static final String SWEEP = """
            with gone as (
                delete from escapement.live
                 where id = any(array(select id from escapement.live
                                       where cancel_reason is not null and status <> 'IN_PROGRESS'
                                       order by id limit 1000 for update skip locked))
                   and status <> 'IN_PROGRESS'
                returning id, attempt, queue, status, followed, cancel_reason as reason
            )""" + END_GONE;

    private static final String STATUS = """
            select t.id, coalesce(l.status, e.status)::text
              from escapement.task t
              left join escapement.live l on l.id = t.id
              left join escapement.ended e on e.id = t.id
             where t.id = any(?::bigint[])
            """;
    private static final String OPEN_OF_WORKFLOW = """
            select l.id from escapement.live l join escapement.task t on t.id = l.id
             where (t.workflow_id = ? or (t.workflow_id is null and t.id = ?)) and l.cancel_reason is null
             order by l.id limit ?
            """;

    /** @return those that waited and are cancelled now */
    Gone cancelWaiting(DSLContext tx, Collection<Long> ids, String reason) {
        return gone(tx.resultQuery(CANCEL_WAITING, ids.toArray(Long[]::new), Integer.MAX_VALUE, reason)
                .fetch());
    }

    /** @return those that were never started and are cancelled now */
    Gone cancelUnstarted(DSLContext tx, Collection<Long> ids, String reason) {
        return gone(tx.resultQuery(CANCEL_WAITING, ids.toArray(Long[]::new), 0, reason)
                .fetch());
    }

    /** @return those that run and were marked now */
    Set<Long> markRunning(DSLContext tx, Collection<Long> ids, String reason) {
        return tx.resultQuery(MARK_RUNNING, reason, ids.toArray(Long[]::new)).fetchSet(row -> row.get(0, Long.class));
    }

    Gone sweep(DSLContext tx) {
        return gone(tx.resultQuery(SWEEP).fetch());
    }

    Map<Long, TaskStatus> status(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(STATUS, (Object) ids.toArray(Long[]::new))
                .fetchMap(row -> row.get(0, Long.class), row -> TaskStatus.valueOf(row.get(1, String.class)));
    }

    /** Tasks of a workflow that have neither ended nor are being stopped, in the order of ids. */
    List<Long> openOfWorkflow(DSLContext tx, String workflowId, long ownTask, int limit) {
        return tx.resultQuery(OPEN_OF_WORKFLOW, workflowId, ownTask, limit).fetch(row -> row.get(0, Long.class));
    }

    private static Gone gone(List<? extends Record> rows) {
        return new Gone(
                rows.stream().map(row -> row.get(0, Long.class)).collect(Collectors.toSet()),
                rows.stream()
                        .filter(row -> row.get(2, Boolean.class))
                        .map(row -> new End(
                                row.get(0, Long.class), TaskStatus.CANCELLED, row.get(1, Integer.class), null, true))
                        .toList());
    }

    /** What was ended. @param followed those of them whose end moves others */
    record Gone(Set<Long> ids, List<End> followed) {}
}
