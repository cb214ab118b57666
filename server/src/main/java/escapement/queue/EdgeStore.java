package escapement.queue;

import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: stores who waits for whom. */
final class EdgeStore {
    private static final int LOOKS = 3;

    /*
     * KEY SHARE holds off the end of an upstream until its new dependents are stored, and lets many submits depend on the
     * same one at a time. Its update to `followed` needs no stronger lock against the others'.
     */
    private static final String LOCK = """
            select id, followed from escapement.live where id = any(?::bigint[]) order by id for key share
            """;
    private static final String FOLLOW =
            "update escapement.live set followed = true where id = any(?::bigint[]) and not followed";
    // held as they are, too: or one could be brought back and end again while nobody sees its new dependents
    private static final String ENDED = """
            with held as materialized (
                select id, status from escapement.ended
                 where id = any(?::bigint[]) and status <> 'COMPLETED' order by id for key share
            )
            select id, status::text from held
            union all
            select id, status::text from escapement.ended where id = any(?::bigint[]) and status = 'COMPLETED'
            """;
    private static final String INSERT = """
            insert into escapement.dependency (upstream, downstream, required, met, skips, timeout_ms)
            select upstream, downstream, required::escapement.required_status, met, skips, timeout_ms
              from unnest(?::bigint[], ?::bigint[], ?::text[], ?::boolean[], ?::boolean[], ?::bigint[])
                   as u (upstream, downstream, required, met, skips, timeout_ms)
            """;

    private static final String EXISTING = "select id from escapement.task where id = any(?::bigint[])";
    // one that a branch has taken already goes its way, whoever names it later
    private static final String HOLD_BACK = """
            with locked as materialized (
                select l.id, l.status,
                       l.awaits_branch or not exists (select from escapement.branch_target b where b.target = l.id) as untaken
                  from escapement.live l
                 where l.id = any(?::bigint[]) and l.status in ('BLOCKED', 'SCHEDULED', 'PENDING') and l.attempt = 0
                 order by l.id for update of l
            ), held as (
                update escapement.live l set status = 'BLOCKED', awaits_branch = true, ready_at = null
                  from locked k
                 where l.id = k.id and k.untaken
                returning l.id, l.queue, k.status as was
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, was, 'BLOCKED', count(*), array_agg(id) from held where was <> 'BLOCKED' group by queue, was
            )
            select id from locked
            """;
    private static final String INSERT_TARGETS = """
            insert into escapement.branch_target (source, target)
            select * from unnest(?::bigint[], ?::bigint[]) on conflict do nothing
            """;
    private static final String ABOVE = """
            select d.downstream, d.upstream from escapement.dependency d where d.downstream = any(?::bigint[]) and not d.met
            union all
            select b.target, b.source from escapement.branch_target b where b.target = any(?::bigint[])
            """;

    /** Keeps tasks as they are until this transaction ends: open, or ended. Those that it does not name do not exist. */
    Held hold(DSLContext tx, Collection<Long> ids) {
        Held held = new Held(new HashSet<>(), new HashMap<>());
        Set<Long> unknown = new TreeSet<>(ids);
        // one may end, or be brought back, between the two questions
        for (int looked = 0; looked < LOOKS && !unknown.isEmpty(); looked++) {
            held.open.addAll(holdOpen(tx, unknown));
            unknown.removeAll(held.open);
            held.ended.putAll(holdEnded(tx, unknown));
            unknown.removeAll(held.ended.keySet());
        }
        return held;
    }

    /** Keeps those of the tasks that have not ended from ending before this transaction does. @return them */
    private Set<Long> holdOpen(DSLContext tx, Collection<Long> ids) {
        Map<Long, Boolean> open = tx.resultQuery(LOCK, (Object) ids.toArray(Long[]::new))
                .fetchMap(row -> row.get(0, Long.class), row -> row.get(1, Boolean.class));
        Long[] notYetFollowed = open.entrySet().stream()
                .filter(one -> !one.getValue())
                .map(Map.Entry::getKey)
                .toArray(Long[]::new);
        if (notYetFollowed.length > 0) {
            tx.query(FOLLOW, (Object) notYetFollowed).execute();
        }
        return open.keySet();
    }

    private Map<Long, TaskStatus> holdEnded(DSLContext tx, Collection<Long> ids) {
        Long[] all = ids.toArray(Long[]::new);
        return tx.resultQuery(ENDED, all, all)
                .fetchMap(row -> row.get(0, Long.class), row -> TaskStatus.valueOf(row.get(1, String.class)));
    }

    void insert(DSLContext tx, List<Edge> edges) {
        tx.query(
                        INSERT,
                        edges.stream().map(Edge::upstream).toArray(Long[]::new),
                        edges.stream().map(Edge::downstream).toArray(Long[]::new),
                        edges.stream().map(edge -> edge.required().name()).toArray(String[]::new),
                        edges.stream().map(Edge::met).toArray(Boolean[]::new),
                        edges.stream().map(Edge::skips).toArray(Boolean[]::new),
                        edges.stream().map(Edge::timeoutMillis).toArray(Long[]::new))
                .execute();
    }

    Set<Long> existing(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(EXISTING, (Object) ids.toArray(Long[]::new)).fetchSet(row -> row.get(0, Long.class));
    }

    /** Makes tasks that have not started wait for a branch to take them, unless one has. @return those that have not started */
    Set<Long> holdBack(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(HOLD_BACK, (Object) ids.toArray(Long[]::new)).fetchSet(row -> row.get(0, Long.class));
    }

    void insertTargets(DSLContext tx, List<Target> targets) {
        tx.query(
                        INSERT_TARGETS,
                        targets.stream().map(Target::source).toArray(Long[]::new),
                        targets.stream().map(Target::target).toArray(Long[]::new))
                .execute();
    }

    /** What these tasks wait for: dependencies not met, and tasks whose branches may take them. */
    Map<Long, List<Long>> above(DSLContext tx, Collection<Long> ids) {
        Long[] all = ids.toArray(Long[]::new);
        return tx.resultQuery(ABOVE, all, all)
                .fetch()
                .intoGroups(row -> row.get(0, Long.class), row -> row.get(1, Long.class));
    }

    /** Tasks that are held, those that have ended with their status. */
    record Held(Set<Long> open, Map<Long, TaskStatus> ended) {}

    /** A task and one that a branch of it may take. */
    record Target(long source, long target) {}

    /** One dependency as its columns. */
    record Edge(
            long upstream,
            long downstream,
            RequiredStatus required,
            boolean met,
            boolean skips,
            @Nullable Long timeoutMillis) {}
}
