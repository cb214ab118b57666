package escapement.workflow;

import escapement.action.RiskLevel;
import escapement.task.Priority;
import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import escapement.workflow.WorkflowGraph.Dependency;
import escapement.workflow.WorkflowGraph.Node;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: the tasks of a workflow and what joins them. */
final class GraphStore {
    private static final String IDS = """
            select id from (select id from escapement.task where workflow_id = ?
                            union all
                            select id from escapement.task where id = ? and workflow_id is null) t
             order by id
             limit ?
            """;
    private static final String COUNT =
            "select count(*) from escapement.task where workflow_id = ? or (id = ? and workflow_id is null)";
    private static final String NODES = """
            select t.id, left(t.description, 500), a.name, coalesce(l.status, e.status)::text,
                   coalesce(l.priority, t.priority)::text, coalesce(l.risk_level, t.risk_level)::text, t.confidence_score,
                   coalesce(l.attempt, e.attempt_count), t.parent_id, coalesce(t.workflow_id, t.id::text) <> ?
              from escapement.task t
              join escapement.action a on a.id = t.action
              left join escapement.live l on l.id = t.id
              left join escapement.ended e on e.id = t.id
             where t.id = any(?::bigint[]) and (l.id is not null or e.id is not null)
             order by t.id
            """;
    private static final String DEPENDENCIES = """
            select upstream, downstream, required::text, met, trim_scale(timeout_ms / 1000.0)
              from escapement.dependency
             where downstream = any(?::bigint[])
             order by downstream, upstream
             limit ?
            """;
    // without the templates, which may be large
    private static final String BRANCHES = """
            select t.id, b.number - 1, b.branch ->> 'condition_type',
                   (b.branch - array['next_task_id', 'next_task_template'])::text,
                   (b.branch ->> 'next_task_id')::bigint, b.branch -> 'next_task_template' ->> 'action_name',
                   exists (select from escapement.ended e where e.id = t.id)
              from escapement.task t
             cross join lateral jsonb_array_elements(t.branches) with ordinality b (branch, number)
             where t.id = any(?::bigint[]) and t.branches is not null
             order by t.id, b.number
             limit ?
            """;
    private static final String RESULTS = """
            select task_id, position, taken, task_to, error
              from escapement.branch_result
             where task_id = any(?::bigint[])
             order by task_id, position, ending
            """;

    List<Long> ids(DSLContext tx, String workflowId, long ownTask, int limit) {
        return tx.resultQuery(IDS, workflowId, ownTask, limit).fetch(row -> row.get(0, Long.class));
    }

    long count(DSLContext tx, String workflowId, long ownTask) {
        return tx.resultQuery(COUNT, workflowId, ownTask).fetchSingle().get(0, Long.class);
    }

    List<Node> nodes(DSLContext tx, Collection<Long> ids, String workflowId) {
        return ids.isEmpty()
                ? List.of()
                : tx.resultQuery(NODES, workflowId, ids.toArray(Long[]::new)).fetch(GraphStore::node);
    }

    private static Node node(Record row) {
        return new Node(
                row.get(0, Long.class),
                row.get(1, String.class),
                row.get(2, String.class),
                TaskStatus.valueOf(row.get(3, String.class)),
                Priority.valueOf(row.get(4, String.class)),
                RiskLevel.valueOf(row.get(5, String.class)),
                row.get(6, BigDecimal.class),
                row.get(7, Integer.class),
                row.get(8, Long.class),
                row.get(9, Boolean.class));
    }

    /** What these tasks wait for. */
    List<Dependency> dependencies(DSLContext tx, Collection<Long> ids, int limit) {
        return tx.resultQuery(DEPENDENCIES, ids.toArray(Long[]::new), limit)
                .fetch(row -> new Dependency(
                        row.get(0, Long.class),
                        row.get(1, Long.class),
                        RequiredStatus.valueOf(row.get(2, String.class)),
                        row.get(3, Boolean.class),
                        row.get(4, BigDecimal.class)));
    }

    List<StoredBranch> branches(DSLContext tx, Collection<Long> ids, int limit) {
        return tx.resultQuery(BRANCHES, ids.toArray(Long[]::new), limit)
                .fetch(row -> new StoredBranch(
                        row.get(0, Long.class),
                        row.get(1, Integer.class),
                        row.get(2, String.class),
                        row.get(3, String.class),
                        row.get(4, Long.class),
                        row.get(5, String.class),
                        row.get(6, Boolean.class)));
    }

    /** What became of the branches of these tasks, end by end. */
    List<Taken> results(DSLContext tx, Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : tx.resultQuery(RESULTS, (Object) ids.toArray(Long[]::new))
                        .fetch(row -> new Taken(
                                row.get(0, Long.class),
                                row.get(1, Integer.class),
                                row.get(2, Boolean.class),
                                row.get(3, Long.class),
                                row.get(4, String.class)));
    }

    /**
     * A branch of a task.
     *
     * @param condition its type and value, as JSON
     * @param ended whether its task has ended
     */
    record StoredBranch(
            long task,
            int position,
            String type,
            String condition,
            @Nullable Long target, // null where it has a template
            @Nullable String actionName, // of the template
            boolean ended) {}

    record Taken(
            long task,
            int position,
            boolean taken,
            @Nullable Long to,
            @Nullable String error) {}
}
