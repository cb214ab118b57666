package escapement.task;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/** SQL: whether anything of a task or a workflow can still happen without a person. Thread-safe. */
final class WaitStore {
    /*
     * A BLOCKED task is settled only when nothing it waits for, however far up, can go on without a person. Another end of
     * the way is a task whose end has not reached its dependents yet.
     */
    private static final String WAITS_UP = """
            up (root, id) as (
                select root, id from roots
                union
                select up.root, e.id
                  from up
                  join escapement.live l on l.id = up.id and l.status = 'BLOCKED'
                 cross join lateral (select d.upstream from escapement.dependency d where d.downstream = up.id and not d.met
                                     union all
                                     select b.source from escapement.branch_target b where b.target = up.id and l.awaits_branch) e (id)
            ), moving as (
                select distinct up.root
                  from up
                 where exists (select from escapement.live l
                                where l.id = up.id and l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS'))
                    or exists (select from escapement.release r where r.upstream = up.id)
                    or exists (select from escapement.moment m
                                 join escapement.live l on l.id = m.task_id
                                 left join escapement.dependency d on d.upstream = m.upstream and d.downstream = m.task_id
                                where m.task_id = up.id
                                  and (m.kind = 'START_BY' or m.kind = 'DEPENDENCY_TIMEOUT' and not d.met))
            )
            """;
    private static final String SETTLED_TASKS = """
            with recursive asked (id) as materialized (select * from unnest(?)),
            roots (root, id) as (select id, id from asked),
            """ + WAITS_UP + """
            select id from asked where id not in (select root from moving)
            """;
    private static final String IDLE_WORKFLOWS = """
            select u.id from unnest(?, ?) as u (id, own_task)
             where not exists (select from escapement.task t join escapement.live l on l.id = t.id
                                where t.workflow_id = u.id and l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS'))
               and not exists (select from escapement.task t join escapement.live l on l.id = t.id
                                where t.id = u.own_task and t.workflow_id is null
                                  and l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS'))
            """;
    private static final String SETTLED_WORKFLOWS = """
            with recursive asked (id, own_task) as materialized (select * from unnest(?, ?)),
            roots (root, id) as (
                select a.id, t.id
                  from asked a
                  join escapement.task t on t.workflow_id = a.id or (t.id = a.own_task and t.workflow_id is null)
                  join escapement.live l on l.id = t.id
            ),
            """ + WAITS_UP + """
            select id from asked where id not in (select root from moving)
            """;
    private static final String COUNTS = """
            select coalesce(l.status, e.status)::text as status, count(*)
              from escapement.task t
              left join escapement.live l on l.id = t.id
              left join escapement.ended e on e.id = t.id
             where t.workflow_id = ? or (t.id = ? and t.workflow_id is null)
             group by 1
            """;

    private final Database database;

    WaitStore(Database database) {
        this.database = database;
    }

    List<Long> settledTasks(Collection<Long> ids) {
        long[] all = ids.stream().mapToLong(Long::longValue).toArray();
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SETTLED_TASKS)) {
                statement.setArray(1, connection.unwrap(PGConnection.class).createArrayOf("int8", all));
                List<Long> settled = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        settled.add(row.getLong(1));
                    }
                }
                return settled;
            }
        });
    }

    /**
     * Cheap while something of a workflow can go on by itself. Only then the second question is asked, which looks at all of
     * it in one snapshot: a task that was BLOCKED at the first may run by now.
     */
    List<String> settledWorkflows(Collection<String> ids) {
        List<String> idle = workflows(IDLE_WORKFLOWS, ids);
        return idle.isEmpty() ? idle : workflows(SETTLED_WORKFLOWS, idle);
    }

    private List<String> workflows(String sql, Collection<String> ids) {
        String[] all = ids.toArray(String[]::new);
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                long[] ownTasks = ids.stream().mapToLong(Workflow::ownTask).toArray();
                statement.setArray(1, connection.createArrayOf("text", all));
                statement.setArray(2, connection.unwrap(PGConnection.class).createArrayOf("int8", ownTasks));
                List<String> settled = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        settled.add(row.getString(1));
                    }
                }
                return settled;
            }
        });
    }

    /** How many tasks of a workflow stand where. */
    Map<TaskStatus, Long> counts(String workflowId) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COUNTS)) {
                statement.setString(1, workflowId);
                statement.setLong(2, Workflow.ownTask(workflowId));
                Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        counts.put(TaskStatus.valueOf(row.getString(1)), row.getLong(2));
                    }
                }
                return counts;
            }
        });
    }
}
