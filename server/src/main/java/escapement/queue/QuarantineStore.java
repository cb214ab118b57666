package escapement.queue;

import escapement.node.NodeLease;
import escapement.task.TaskStatus;
import java.util.List;
import org.jooq.DSLContext;

/** SQL: ends tasks whose nodes died again and again. */
final class QuarantineStore {
    // the counterpart of the rescue in NodeStore, which passes over these
    private static final String QUARANTINE = """
            with dead as materialized (
                select l.id from escapement.live l join escapement.node n on n.incarnation = l.node
                 where l.status = 'IN_PROGRESS' and l.node = any(?) and n.lease_until <= now()
                   and l.crashes + 1 >= ? and l.cancel_reason is null
                 order by l.id limit ?
                   for update of l skip locked
            ), gone as (
                delete from escapement.live l using dead d
                 where l.id = d.id
                returning l.id, l.attempt, l.fence, l.node, l.action, l.queue, l.risk_level, l.gate_path, l.gate_version,
                          l.ready_at, l.started_at, l.confidence_score, l.deadline_at, l.crashes + 1 as crashes
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, reason, on_time)
                select id, now(), attempt, 'FAILED', 'QUARANTINED', now() <= deadline_at from gone
            ), attempted as (
                insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path,
                                                ready_at, started_at, ended_at, confidence_score, policy_version, error)
                select id, attempt, fence, node, action, queue, 'LOST', risk_level, gate_path,
                       ready_at, started_at, now(), confidence_score, gate_version,
                       'node ' || node || ' stopped without an answer, for this task number ' || crashes
                           || ' in a row: quarantined; retry it when it is known to do no harm'
                  from gone
            ), told as (
                insert into escapement.journal (node, queue, from_status, to_status, outcome, n, task_ids, attempts)
                select node, queue, 'IN_PROGRESS', 'FAILED', 'LOST', count(*), array_agg(id), array_agg(attempt)
                  from gone group by node, queue
            ), alerted as (
                insert into escapement.webhook_delivery (event, task_id, detail)
                select 'quarantined', id, jsonb_build_object('crashes', crashes)
                  from gone where escapement.webhook_wanted()
                 order by id
            )
            select id, attempt from gone order by id
            """;

    /** Ends up to {@code limit} tasks held by those of {@code nodes} that are dead. @return them */
    List<End> quarantine(DSLContext tx, List<Integer> nodes, int limit) {
        return tx.resultQuery(QUARANTINE, nodes.toArray(Integer[]::new), NodeLease.MOST_CRASHES, limit)
                .fetch(row ->
                        new End(row.get(0, Long.class), TaskStatus.FAILED, row.get(1, Integer.class), null, false));
    }
}
