package escapement.queue;

import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: stores who waits for whom. */
final class EdgeStore {
    /*
     * KEY SHARE holds off the end of an upstream until its new dependents are stored, and lets many submits depend on the
     * same one at a time. Its update to `followed` needs no stronger lock against the others'.
     */
    private static final String LOCK = """
            select id, followed from escapement.live where id = any(?::bigint[]) order by id for key share
            """;
    private static final String FOLLOW =
            "update escapement.live set followed = true where id = any(?::bigint[]) and not followed";
    private static final String ENDED = "select id, status::text from escapement.ended where id = any(?::bigint[])";
    private static final String INSERT = """
            insert into escapement.dependency (upstream, downstream, required, met, skips, timeout_ms)
            select upstream, downstream, required::escapement.required_status, met, skips, timeout_ms
              from unnest(?::bigint[], ?::bigint[], ?::text[], ?::boolean[], ?::boolean[], ?::bigint[])
                   as u (upstream, downstream, required, met, skips, timeout_ms)
            """;
    private static final String INSERT_MOMENTS = """
            insert into escapement.moment (task_id, kind, upstream, at)
            select downstream, 'DEPENDENCY_TIMEOUT', upstream, now() + timeout_ms * interval '1 ms'
              from unnest(?::bigint[], ?::bigint[], ?::bigint[]) as u (upstream, downstream, timeout_ms)
            """;

    /** Keeps those of the tasks that have not ended from ending before this transaction does. @return them */
    Set<Long> holdOpen(DSLContext tx, Collection<Long> ids) {
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

    Map<Long, TaskStatus> ended(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(ENDED, (Object) ids.toArray(Long[]::new))
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
        List<Edge> limited = edges.stream()
                .filter(edge -> edge.timeoutMillis() != null && !edge.met())
                .toList();
        if (!limited.isEmpty()) {
            tx.query(
                            INSERT_MOMENTS,
                            limited.stream().map(Edge::upstream).toArray(Long[]::new),
                            limited.stream().map(Edge::downstream).toArray(Long[]::new),
                            limited.stream().map(Edge::timeoutMillis).toArray(Long[]::new))
                    .execute();
        }
    }

    /** One dependency as its columns. */
    record Edge(
            long upstream,
            long downstream,
            RequiredStatus required,
            boolean met,
            boolean skips,
            @Nullable Long timeoutMillis) {}
}
