package escapement.queue;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: the branches of tasks that end, and the tasks that wait to be taken by one. */
final class BranchStore {
    private static final String PARENTS = """
            select id, branches::text, coalesce(workflow_id, id::text), created_by, dry_run
              from escapement.task where id = any(?::bigint[]) and branches is not null
             order by id
            """;
    private static final String TARGETS =
            "select source, target from escapement.branch_target where source = any(?::bigint[])";
    private static final String TAKE = """
            with locked as materialized (
                select id from escapement.live where id = any(?::bigint[]) order by id for update
            ), taken as (
                update escapement.live l
                   set awaits_branch = false,
                       status = case when l.open_dependencies > 0 or l.reason is not null then l.status when l.run_at > now() then 'SCHEDULED' else 'PENDING' end,
                       ready_at = case when l.open_dependencies > 0 or l.reason is not null or l.run_at > now() then l.ready_at else now() end,
                       run_at = case when l.open_dependencies > 0 or l.reason is not null or l.run_at > now() then l.run_at end
                  from locked k
                 where l.id = k.id and l.status = 'BLOCKED' and l.awaits_branch
                returning l.id, l.queue, l.status, l.run_at
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, 'BLOCKED', status, count(*), array_agg(id) from taken where status <> 'BLOCKED' group by queue, status
            )
            select k.id, t.status::text, t.run_at from locked k left join taken t on t.id = k.id
            """;
    private static final String LOCK =
            "select id from escapement.live where id = any(?::bigint[]) order by id for update";
    private static final String ABANDONED = """
            select l.id from escapement.live l
             where l.id = any(?::bigint[]) and l.status = 'BLOCKED' and l.awaits_branch
               and not exists (select from escapement.branch_target b join escapement.live s on s.id = b.source where b.target = l.id)
            """;
    private static final String RECORD = """
            insert into escapement.branch_result (task_id, ending, attempt, position, taken, task_to, error)
            select u.task_id, coalesce((select max(r.ending) from escapement.branch_result r where r.task_id = u.task_id), 0) + 1,
                   u.attempt, u.position, u.taken, u.task_to, u.error
              from unnest(?::bigint[], ?::integer[], ?::smallint[], ?::boolean[], ?::bigint[], ?::text[])
                   as u (task_id, attempt, position, taken, task_to, error)
            """;
    private static final String EVENTS = """
            insert into escapement.event (task_id, kind, detail)
            select task_id, 'branch_error', jsonb_build_object('position', position, 'error', error)
              from unnest(?::bigint[], ?::integer[], ?::text[]) as u (task_id, position, error)
            """;

    List<Parent> parents(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(PARENTS, (Object) ids.toArray(Long[]::new))
                .fetch(row -> new Parent(
                        row.get(0, Long.class),
                        row.get(1, String.class),
                        row.get(2, String.class),
                        row.get(3, String.class),
                        row.get(4, Boolean.class)));
    }

    /** Which tasks wait for branches of these. */
    Map<Long, List<Long>> targets(DSLContext tx, Collection<Long> sources) {
        return tx.resultQuery(TARGETS, (Object) sources.toArray(Long[]::new))
                .fetch()
                .intoGroups(row -> row.get(0, Long.class), row -> row.get(1, Long.class));
    }

    /** Lets tasks go on that waited to be taken. */
    Taken take(DSLContext tx, Collection<Long> targets) {
        Set<Long> open = new HashSet<>();
        boolean anyReady = false;
        Set<Instant> dueAt = new HashSet<>();
        for (var row :
                tx.resultQuery(TAKE, (Object) targets.toArray(Long[]::new)).fetch()) {
            open.add(row.get(0, Long.class));
            anyReady |= Objects.equals(row.get(1, String.class), "PENDING");
            if (Objects.equals(row.get(1, String.class), "SCHEDULED")) {
                dueAt.add(row.get(2, OffsetDateTime.class).toInstant());
            }
        }
        return new Taken(open, new Moved(anyReady, List.copyOf(dueAt), false));
    }

    /** Of these, the tasks that no branch can take any more. Their rows are locked, so that of two last ends one sees it. */
    Set<Long> abandoned(DSLContext tx, Collection<Long> targets) {
        Long[] all = targets.toArray(Long[]::new);
        tx.query(LOCK, (Object) all).execute();
        return tx.resultQuery(ABANDONED, (Object) all).fetchSet(row -> row.get(0, Long.class));
    }

    void record(DSLContext tx, List<Result> results) {
        if (results.isEmpty()) {
            return;
        }
        tx.query(
                        RECORD,
                        results.stream().map(Result::task).toArray(Long[]::new),
                        results.stream().map(Result::attempt).toArray(Integer[]::new),
                        results.stream()
                                .map(result -> (short) result.position())
                                .toArray(Short[]::new),
                        results.stream().map(Result::taken).toArray(Boolean[]::new),
                        results.stream().map(Result::to).toArray(Long[]::new),
                        results.stream().map(Result::error).toArray(String[]::new))
                .execute();
        List<Result> faulty =
                results.stream().filter(result -> result.error() != null).toList();
        if (!faulty.isEmpty()) {
            tx.query(
                            EVENTS,
                            faulty.stream().map(Result::task).toArray(Long[]::new),
                            faulty.stream().map(Result::position).toArray(Integer[]::new),
                            faulty.stream().map(Result::error).toArray(String[]::new))
                    .execute();
        }
    }

    /** Does {@code work} as a part of a transaction of which it alone is undone when it throws. */
    <T> T undoneAlone(DSLContext tx, Function<DSLContext, T> work) {
        return tx.transactionResult(nested -> work.apply(nested.dsl()));
    }

    /** A task that ends and has branches, as stored JSON. */
    record Parent(long id, String branches, String workflowId, String createdBy, boolean dryRun) {}

    /** @param open those of the tasks asked for that have not ended */
    record Taken(Set<Long> open, Moved moved) {}

    /** What became of one branch. @param to the task that it made or took @param error why it could not */
    record Result(
            long task,
            int attempt,
            int position,
            boolean taken,
            @Nullable Long to,
            @Nullable String error) {}
}
