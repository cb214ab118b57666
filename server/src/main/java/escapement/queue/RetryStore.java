package escapement.queue;

import escapement.queue.ClaimOrder.Place;
import escapement.task.Priority;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: brings ended tasks back. */
final class RetryStore {
    /** Along "waits for" and "may be taken by", whatever the tasks on the way are doing. */
    private static final String DOWNSTREAM = """
            with recursive down (id) as (
                select ?::bigint
                union
                select e.id
                  from down
                 cross join lateral (select d.downstream from escapement.dependency d where d.upstream = down.id
                                     union all
                                     select b.target from escapement.branch_target b where b.source = down.id) e (id)
            )
            select down.id from down join escapement.ended e on e.id = down.id
             where e.status in ('FAILED', 'CANCELLED', 'SKIPPED')
             order by 1 limit ?
            """;

    private static final String PRIORITIES =
            "select id, priority::text, deadline_at from escapement.task where id = any(?::bigint[]) order by id";
    private static final String UPSTREAMS =
            "select distinct upstream from escapement.dependency where downstream = any(?::bigint[])";

    // numbering goes on, and none of the earlier attempts count: the task gets max_attempts anew, or what a
    // file said was left. Taken for followed, for this may have waited for a submit whose new dependents its snapshot
    // does not show
    private static final String REVIVE =
            """
            with back as (
                delete from escapement.ended where id = any(?::bigint[]) and status in ('FAILED', 'CANCELLED', 'SKIPPED')
                returning id, attempt_count, status, coalesce(reason like '%s%%', false) as resumable
            ), forgiven as (
                update escapement.task t set counted_after = b.attempt_count from back b where t.id = b.id and not b.resumable
            ), postponed as (
                delete from escapement.release r using back b where r.upstream = b.id
            ), queued as (
                insert into escapement.live (id, claim_order, fence, attempt, uncounted, status, priority, risk_level,
                                             action, queue, max_attempts, confidence_score, deadline_at, at_risk_at, followed,
                                             gate_version, gate_path)
                select t.id, %s,
                       coalesce((select max(a.fence) from escapement.attempt a where a.task_id = t.id), 0) + 1,
                       b.attempt_count, case when b.resumable then t.counted_after else b.attempt_count end, 'BLOCKED', t.priority, t.risk_level,
                       t.action, t.queue, t.max_attempts, t.confidence_score, t.deadline_at, t.at_risk_at,
                       true, case when t.risk_level = any((select risk_levels from escapement.gate)::escapement.risk_level[]) then 0 end,
                       coalesce((select a.gate_path from escapement.attempt a where a.task_id = t.id order by a.attempt desc limit 1), 'AUTO')
                  from back b
                  join escapement.task t on t.id = b.id
                  join unnest(?::bigint[], ?::bigint[], ?::timestamptz[]) as u (id, micros_behind, order_at) on u.id = b.id
            )
            select id, status::text from back order by id
            """.formatted(Past.RESUMABLE, ClaimOrder.number("u.order_at", "now()", "u.micros_behind"));

    // as the upstream tasks stand now: one that is to run again is waited for again
    private static final String REOPEN = """
            update escapement.dependency d
               set met = exists (select from escapement.ended e
                                  where e.id = d.upstream and (d.required = 'ANY' or d.required::text = e.status::text))
             where d.downstream = any(?::bigint[])
            """;
    // one that was taken stays so, unless what took it is to run again
    private static final String GO_ON = """
            with gone_on as (
                update escapement.live l
                   set open_dependencies = n.open, awaits_branch = n.awaits,
                       status = case when n.open = 0 and not n.awaits then 'PENDING' else 'BLOCKED' end::escapement.task_status,
                       ready_at = case when n.open = 0 and not n.awaits then now() end
                  from (select u.id, u.status,
                               (select count(*) from escapement.dependency d where d.downstream = u.id and not d.met)::integer as open,
                               exists (select from escapement.branch_target b join escapement.live s on s.id = b.source
                                        where b.target = u.id)
                               and not exists (select from escapement.branch_target b
                                                 join escapement.ended s on s.id = b.source
                                                 join escapement.branch_result r on r.task_id = s.id and r.attempt = s.attempt_count
                                                where b.target = u.id and r.taken and r.task_to = u.id) as awaits
                          from unnest(?::bigint[], ?::text[]) as u (id, status)) n
                 where l.id = n.id
                returning l.id, l.queue, l.status, n.status as was
            )
            insert into escapement.journal (queue, from_status, to_status, n, task_ids)
            select queue, was::escapement.task_status, status, count(*), array_agg(id) from gone_on group by queue, was, status
            """;

    private static final String UNMET = """
            select distinct on (d.downstream) d.downstream, d.upstream, e.status::text
              from escapement.dependency d join escapement.ended e on e.id = d.upstream
             where d.downstream = any(?::bigint[]) and not d.met and d.skips
             order by d.downstream, d.upstream
            """;

    /** Those downstream of a task, itself included, that ended without success, in the order of ids. */
    List<Long> endedDownstream(DSLContext tx, long id, int limit) {
        return tx.resultQuery(DOWNSTREAM, id, limit).fetch(row -> row.get(0, Long.class));
    }

    List<Prioritised> priorities(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(PRIORITIES, (Object) ids.toArray(Long[]::new))
                .fetch(row -> new Prioritised(
                        row.get(0, Long.class),
                        Priority.valueOf(row.get(1, String.class)),
                        instant(row.get(2, OffsetDateTime.class))));
    }

    List<Long> upstreams(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(UPSTREAMS, (Object) ids.toArray(Long[]::new)).fetch(row -> row.get(0, Long.class));
    }

    /** Brings back those that ended without success, not yet ready. @return them as they had ended */
    List<Revived> revive(DSLContext tx, List<Long> ids, List<Place> places) {
        Long[] all = ids.toArray(Long[]::new);
        return tx.resultQuery(
                        REVIVE,
                        all,
                        all,
                        places.stream().map(Place::microsBehind).toArray(Long[]::new),
                        places.stream()
                                .map(place ->
                                        place.at() == null ? null : place.at().toString())
                                .toArray(String[]::new))
                .fetch(row -> new Revived(row.get(0, Long.class), row.get(1, String.class)));
    }

    /** Makes them ready, or lets them wait again for what they wait for. */
    void goOn(DSLContext tx, List<Revived> revived) {
        Long[] ids = revived.stream().map(Revived::id).toArray(Long[]::new);
        tx.query(REOPEN, (Object) ids).execute();
        tx.query(GO_ON, ids, revived.stream().map(Revived::endedAs).toArray(String[]::new))
                .execute();
    }

    /** Of these, the tasks that are to be skipped because of how an upstream ended, with the reason. */
    Map<Long, String> unmet(DSLContext tx, List<Long> ids) {
        return tx.resultQuery(UNMET, (Object) ids.toArray(Long[]::new))
                .fetchMap(
                        row -> row.get(0, Long.class),
                        row -> Consequences.unmet(
                                row.get(1, Long.class), TaskStatus.valueOf(row.get(2, String.class))));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    record Prioritised(long id, Priority priority, @Nullable Instant deadlineAt) {}

    record Revived(long id, String endedAs) {}
}
