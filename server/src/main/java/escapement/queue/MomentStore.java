package escapement.queue;

import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: the times at which something is to be done about tasks, and what is done then. */
final class MomentStore {
    /*
     * For new tasks, and for those that a person brings back: these wait anew for what they wait for, need not begin by
     * a time that has passed, and are flagged only if they have not been.
     */
    private static final String ARM = """
            with wanted as (
                select t.id as task_id, m.kind::escapement.moment_kind as kind, 0::bigint as upstream, m.at
                  from escapement.task t
                 cross join lateral (values
                       ('START_BY', case when t.start_by > now() or not ? then t.start_by end, null),
                       ('AT_RISK', case when t.deadline_at > now() then t.at_risk_at end, 'at_risk'),
                       ('DEADLINE', t.deadline_at, 'breached')) as m (kind, at, flag)
                 where t.id = any(?::bigint[]) and m.at is not null
                   and not exists (select from escapement.event e where e.task_id = t.id and e.kind = m.flag)
                 union all
                select downstream, 'DEPENDENCY_TIMEOUT', upstream, now() + timeout_ms * interval '1 ms'
                  from escapement.dependency
                 where downstream = any(?::bigint[]) and timeout_ms is not null and not met
            )
            insert into escapement.moment (task_id, kind, upstream, at)
            select task_id, kind, upstream, at from wanted order by task_id, kind, upstream
                on conflict (task_id, kind, upstream) do update set at = excluded.at
            """;

    private static final String TAKE = """
            with due as materialized (
                select task_id, kind, upstream, at from escapement.moment
                 where at <= now() %s
                 order by at, task_id, kind, upstream
                 limit ?
                   for update skip locked
            ), gone as (
                delete from escapement.moment m using due d
                 where m.task_id = any(array(select task_id from due))
                   and m.task_id = d.task_id and m.kind = d.kind and m.upstream = d.upstream
            )
            select task_id, kind::text, upstream, at from due order by at, task_id, kind, upstream
            """;
    private static final String TAKE_DUE = TAKE.formatted("");
    private static final String TAKE_DUE_OF = TAKE.formatted("and task_id = any(?::bigint[])");

    private static final String LOCK =
            "select id from escapement.live where id = any(?::bigint[]) order by id for update";

    // an upstream that ended as required counts although its dependents are still to be moved
    private static final String UNMET = """
            select d.downstream, d.upstream, d.required::text, d.timeout_ms
              from unnest(?::bigint[], ?::bigint[]) as u (downstream, upstream)
              join escapement.dependency d on d.upstream = u.upstream and d.downstream = u.downstream
             where not d.met
               and not exists (select from escapement.ended e
                                where e.id = d.upstream and (d.required = 'ANY' or d.required::text = e.status::text))
            """;

    private static final String END = """
            with gone as (
                delete from escapement.live l
                 using unnest(?::bigint[], ?::escapement.task_status[], ?::text[], ?::boolean[]) as u (id, status, reason, held)
                 where l.id = u.id
                   and case when u.held then l.status = 'DEFERRED'
                            when u.status = 'FAILED' then l.status = 'BLOCKED'
                            else l.status <> 'IN_PROGRESS' and l.attempt = 0 end
                returning l.id, l.attempt, l.queue, l.status as was, l.followed, l.deadline_at, u.status,
                          coalesce(u.reason, case (select g.decision from escapement.gate_decision g where g.task_id = l.id order by g.id desc limit 1)
                                             when 'HOLD' then 'not approved in time: ' else '' end || l.reason) as reason
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, reason, on_time)
                select id, now(), attempt, status, reason, case when status = 'FAILED' then now() <= deadline_at end from gone
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, was, status, count(*), array_agg(id) from gone group by queue, was, status
            )
            select id, status::text, attempt from gone where followed
            """;

    private static final String FLAG = """
            with late as (
                select l.id, l.queue, l.status, l.deadline_at, u.kind, u.position
                  from unnest(?::bigint[], ?::text[]) with ordinality as u (id, kind, position)
                  join escapement.live l on l.id = u.id
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids, event)
                select queue, status, status, count(*), array_agg(id order by position), kind
                  from late group by kind, queue, status
                 order by kind, queue, status
            ), alerted as (
                insert into escapement.webhook_delivery (event, task_id, detail)
                select kind, id, jsonb_build_object('deadline_at', escapement.rfc3339(deadline_at))
                  from late where escapement.webhook_wanted()
                 order by position
            )
            insert into escapement.event (task_id, kind, detail)
            select id, kind, jsonb_build_object('deadline_at',
                       to_char(deadline_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
              from late
             order by position
            """;

    /** SQL: whether anything is due; null for no, as in {@link DueTasks#ANY}. */
    static final String ANY = "(select min(at) from escapement.moment) <= now()";

    /** @param again whether a person brings the tasks back */
    void arm(DSLContext tx, Collection<Long> ids, boolean again) {
        Long[] all = ids.toArray(Long[]::new);
        tx.query(ARM, again, all, all).execute();
    }

    /** Takes moments that are due, the earliest first; none that another transaction acts on. */
    List<Due> takeDue(DSLContext tx, int limit) {
        return tx.resultQuery(TAKE_DUE, limit).fetch(MomentStore::due);
    }

    /** Takes those of these tasks that are due. */
    List<Due> takeDue(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(TAKE_DUE_OF, ids.toArray(Long[]::new), Integer.MAX_VALUE)
                .fetch(MomentStore::due);
    }

    private static Due due(Record row) {
        return new Due(
                row.get(0, Long.class),
                Kind.valueOf(row.get(1, String.class)),
                row.get(2, Long.class),
                row.get(3, OffsetDateTime.class).toInstant());
    }

    /** Keeps tasks from moving before this transaction ends. @return those that have not ended */
    Set<Long> lock(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(LOCK, (Object) ids.toArray(Long[]::new)).fetchSet(row -> row.get(0, Long.class));
    }

    /** Those whose dependency is not met. */
    Map<Due, Unmet> unmet(DSLContext tx, List<Due> timeouts) {
        Map<List<Long>, Due> byEdge = new HashMap<>();
        timeouts.forEach(one -> byEdge.put(List.of(one.taskId(), one.upstream()), one));
        return tx.resultQuery(
                        UNMET,
                        timeouts.stream().map(Due::taskId).toArray(Long[]::new),
                        timeouts.stream().map(Due::upstream).toArray(Long[]::new))
                .fetchMap(
                        row -> byEdge.get(List.of(row.get(0, Long.class), row.get(1, Long.class))),
                        row -> new Unmet(RequiredStatus.valueOf(row.get(2, String.class)), row.get(3, Long.class)));
    }

    /** Ends those that still wait as they are to: held, BLOCKED when they fail, else never begun. @return what moves others */
    List<End> end(DSLContext tx, List<Moments.Wanted> wanted) {
        if (wanted.isEmpty()) {
            return List.of();
        }
        return tx.resultQuery(
                        END,
                        wanted.stream().map(Moments.Wanted::id).toArray(Long[]::new),
                        wanted.stream().map(one -> one.status().name()).toArray(String[]::new),
                        wanted.stream().map(Moments.Wanted::reason).toArray(String[]::new),
                        wanted.stream().map(Moments.Wanted::held).toArray(Boolean[]::new))
                .fetch(row -> new End(
                        row.get(0, Long.class),
                        TaskStatus.valueOf(row.get(1, String.class)),
                        row.get(2, Integer.class),
                        null,
                        false));
    }

    /** Records of those that have not ended that they are late. */
    void flag(DSLContext tx, List<Due> late) {
        tx.query(
                        FLAG,
                        late.stream().map(Due::taskId).toArray(Long[]::new),
                        late.stream().map(one -> one.kind().flag()).toArray(String[]::new))
                .execute();
    }

    /** What is to be done; the names are those of the database. */
    enum Kind {
        DEPENDENCY_TIMEOUT(null),
        START_BY(null),
        APPROVAL(null),
        AT_RISK("at_risk"),
        DEADLINE("breached");

        private final @Nullable String flag;

        Kind(@Nullable String flag) {
            this.flag = flag;
        }

        /** The event it leaves; null when it ends the task instead. */
        @Nullable
        String flag() {
            return flag;
        }
    }

    /** @param upstream which dependency; 0 for none */
    record Due(long taskId, Kind kind, long upstream, Instant at) {}

    /** A dependency that is not met in time. */
    record Unmet(RequiredStatus required, long timeoutMillis) {}
}
