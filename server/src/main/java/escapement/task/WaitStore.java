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
    private static final String SETTLED_TASKS = """
            select u.id from unnest(?) as u (id)
             where not exists (select from escapement.live l
                                where l.id = u.id and l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS'))
            """;
    private static final String SETTLED_WORKFLOWS = """
            select u.id from unnest(?, ?) as u (id, own_task)
             where not exists (select from escapement.task t join escapement.live l on l.id = t.id
                                where t.workflow_id = u.id and l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS'))
               and not exists (select from escapement.task t join escapement.live l on l.id = t.id
                                where t.id = u.own_task and t.workflow_id is null
                                  and l.status in ('PENDING', 'SCHEDULED', 'IN_PROGRESS'))
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

    List<String> settledWorkflows(Collection<String> ids) {
        String[] all = ids.toArray(String[]::new);
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SETTLED_WORKFLOWS)) {
                long[] ownTasks = ids.stream().mapToLong(WaitStore::ownTask).toArray();
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

    /** A task that names no workflow is one of its own, called after its id; 0 for a name that is no id. */
    private static long ownTask(String workflowId) {
        try {
            return Long.parseLong(workflowId);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** How many tasks of a workflow stand where. */
    Map<TaskStatus, Long> counts(String workflowId) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COUNTS)) {
                statement.setString(1, workflowId);
                statement.setLong(2, ownTask(workflowId));
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
