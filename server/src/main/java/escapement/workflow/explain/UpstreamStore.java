package escapement.workflow.explain;

import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: what a BLOCKED task waits for. */
final class UpstreamStore {
    static final int MOST_BEFORE = 10_000;
    private static final int MOST_LOOKED_AT = 10_000;

    // those that ended, are held or wait themselves first: they are likelier to be why nothing goes on
    private static final String UNMET = """
            select d.upstream, coalesce(l.status, e.status)::text, d.required::text, d.timeout_ms, m.at,
                   case when r.upstream is not null then
                       (select count(*) from (select from escapement.dependency before
                                               where before.upstream = d.upstream and before.downstream > r.after_downstream
                                                 and before.downstream < d.downstream and not before.met limit ?) b) end
              from (select * from escapement.dependency where downstream = ? and not met order by upstream limit ?) d
              left join escapement.live l on l.id = d.upstream
              left join escapement.ended e on e.id = d.upstream
              left join escapement.moment m
                on m.task_id = d.downstream and m.kind = 'DEPENDENCY_TIMEOUT' and m.upstream = d.upstream
              left join escapement.release r on r.upstream = d.upstream
             order by l.id is not null, array_position(array['DEFERRED', 'BLOCKED'], l.status::text), d.upstream
             limit ?
            """;
    private static final String UNMET_COUNT =
            "select open_dependencies from escapement.live where id = ? and status = 'BLOCKED' and open_dependencies > 0";
    private static final String SOURCES = """
            select b.source, coalesce(l.status, e.status)::text, count(*) over ()
              from (select source from escapement.branch_target where target = ? order by source limit ?) b
              left join escapement.live l on l.id = b.source
              left join escapement.ended e on e.id = b.source
             order by l.id is null, b.source
             limit ?
            """;
    private static final String AWAITS_BRANCH =
            "select count(*) from escapement.live where id = ? and status = 'BLOCKED' and awaits_branch";

    /*
     * Up from each of these through all that is BLOCKED, to the tasks that it comes from. The outer limit ends the recursion:
     * a graph may be larger than an answer is worth.
     */
    private static final String ORIGINS = """
            with recursive up (root, id) as (
                select id, id from unnest(?::bigint[]) as u (id)
                union
                select up.root, e.id
                  from up
                  join escapement.live l on l.id = up.id and l.status = 'BLOCKED'
                 cross join lateral (select d.upstream from escapement.dependency d where d.downstream = up.id and not d.met
                                     union all
                                     select b.source from escapement.branch_target b where b.target = up.id and l.awaits_branch) e (id)
            ), seen as materialized (
                select root, id from up limit ?
            )
            select s.root, s.id, coalesce(l.status, e.status)::text,
                   l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS')
                   or exists (select from escapement.release r where r.upstream = s.id),
                   (select count(*) from seen)
              from seen s
              left join escapement.live l on l.id = s.id
              left join escapement.ended e on e.id = s.id
             where l.status is distinct from 'BLOCKED'
             order by s.root, s.id
            """;

    int unmetCount(DSLContext tx, long id) {
        return tx.resultQuery(UNMET_COUNT, id)
                .fetchOptional()
                .map(row -> row.get(0, Integer.class))
                .orElse(0);
    }

    List<Unmet> unmet(DSLContext tx, long id, int limit) {
        return tx.resultQuery(UNMET, MOST_BEFORE + 1, id, MOST_LOOKED_AT, limit).fetch(UpstreamStore::unmet);
    }

    private static Unmet unmet(Record row) {
        Long timeout = row.get(3, Long.class);
        OffsetDateTime timeoutAt = row.get(4, OffsetDateTime.class);
        return new Unmet(
                row.get(0, Long.class),
                status(row, 1),
                RequiredStatus.valueOf(row.get(2, String.class)),
                timeout == null ? null : Duration.ofMillis(timeout),
                timeoutAt == null ? null : timeoutAt.toInstant(),
                row.get(5, Integer.class));
    }

    boolean awaitsBranch(DSLContext tx, long id) {
        return tx.resultQuery(AWAITS_BRANCH, id).fetchSingle().get(0, Integer.class) > 0;
    }

    /** Who may take a branch to the task; of at most {@code limit} it is said how they stand. */
    Sources sources(DSLContext tx, long target, int limit) {
        var found = tx.resultQuery(SOURCES, target, MOST_LOOKED_AT, limit).fetch();
        return new Sources(
                found.map(row -> new Source(row.get(0, Long.class), status(row, 1))),
                found.isEmpty() ? 0 : found.getFirst().get(2, Integer.class));
    }

    /** Where the waiting of each of these tasks comes from; nothing when that is too much to look at. */
    Map<Long, List<Origin>> origins(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(ORIGINS, ids.toArray(Long[]::new), MOST_LOOKED_AT).fetch().stream()
                .filter(row -> row.get(4, Integer.class) < MOST_LOOKED_AT)
                .collect(Collectors.groupingBy(
                        row -> row.get(0, Long.class),
                        Collectors.mapping(
                                row -> new Origin(
                                        row.get(1, Long.class),
                                        status(row, 2),
                                        Boolean.TRUE.equals(row.get(3, Boolean.class))),
                                Collectors.toList())));
    }

    private static @Nullable TaskStatus status(Record row, int column) {
        String status = row.get(column, String.class);
        return status == null ? null : TaskStatus.valueOf(status);
    }

    record Unmet(
            long upstream,
            @Nullable TaskStatus status, // null when the task is gone with its month
            RequiredStatus required,
            @Nullable Duration timeout,
            @Nullable Instant timeoutAt,
            @Nullable Integer before) {} // while the upstream's dependents are told in pieces: how many before this one

    /** @param total how many there are, named or not */
    record Sources(List<Source> named, int total) {}

    record Source(long id, @Nullable TaskStatus status) {}

    /** @param moves whether it can go on without a person */
    record Origin(long id, @Nullable TaskStatus status, boolean moves) {}
}
