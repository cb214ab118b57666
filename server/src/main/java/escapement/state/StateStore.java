package escapement.state;

import escapement.db.Database;
import escapement.task.TaskStatus;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;

/** SQL: tasks as a file holds them, page by page, and those of them that are here already. Thread-safe. */
final class StateStore {
    /** Stands in the statement: the plan for any number of tasks reads every table whole for each page. */
    static final int PAGE_SIZE = 500;

    private static final String PAGE = """
            with page as materialized (
                select t.id from %s where %s order by t.id limit %d
            )
            select v.id, json_build_object(
                   'id', coalesce(substring(t.idempotency_key from length(split_part(t.idempotency_key, ':', 2)) + 9), v.id::text),
                   'description', v.description, 'action', v.action_name, 'action_params', v.action_params,
                   'priority', v.priority, 'risk_level', v.risk_level, 'confidence_score', trim_scale(v.confidence_score),
                   'dependencies', coalesce((
                       select json_agg(json_build_object(
                              'task_id', coalesce(substring(u.idempotency_key from length(split_part(u.idempotency_key, ':', 2)) + 9), d.upstream::text),
                              'required_status', d.required, 'timeout_seconds', trim_scale(d.timeout_ms / 1000.0),
                              'source', coalesce(split_part(u.idempotency_key, ':', 2), i.id::text), 'met', d.met) order by d.upstream)
                         from escapement.dependency d left join escapement.task u on u.id = d.upstream
                        where d.downstream = v.id), '[]'),
                   'conditional_branches', coalesce(t.branches, '[]'),
                   'status', v.status, 'max_attempts', v.max_attempts, 'attempt_count', v.attempt_count,
                   'created_at', %s, 'started_at', %s, 'completed_at', %s,
                   'result', case when told.text is null then v.result else to_jsonb(told.text) end,
                   'error', v.error, 'metadata', coalesce(v.metadata, '{}'),
                   'task_id', v.id::text, 'source', coalesce(split_part(t.idempotency_key, ':', 2), i.id::text),
                   'action_name', v.action_name, 'queue', v.queue, 'workflow_id', v.workflow_id, 'parent_id', v.parent_id::text,
                   'reason', v.reason, 'created_by', v.created_by, 'run_at', %s, 'dry_run', v.dry_run, 'version', v.version,
                   'start_by', %s, 'deadline_at', %s,
                   'at_risk_percent', case when t.deadline_at > t.created_at then least(99, greatest(1, round(
                       100 * extract(epoch from t.at_risk_at - t.created_at) / extract(epoch from t.deadline_at - t.created_at)))) end,
                   'on_time', v.on_time, 'timeout_seconds', trim_scale(t.timeout_ms / 1000.0), 'retry', t.retry,
                   'on_dependency_failure', case when t.skip_on_dependency_failure then 'SKIP' else 'BLOCK' end,
                   'rationale', v.rationale, 'result_is_text', told.text is not null,
                   'attempts_left', case when l.id is not null
                       then greatest(0, l.max_attempts + l.uncounted - l.attempt + case when l.status = 'IN_PROGRESS' then 1 else 0 end)
                       when v.reason like 'RESUMABLE%%' then greatest(0, t.max_attempts + t.counted_after - v.attempt_count) else 0 end,
                   'attempts', coalesce((
                       select json_agg(json_build_object('attempt', x.attempt, 'outcome', x.outcome, 'started_at', %s, 'ended_at', %s,
                                                         'error', x.error, 'node', n.name) order by x.attempt)
                         from escapement.attempt x left join escapement.node n on n.incarnation = x.node
                        where x.task_id = v.id), '[]'))::text,
                   t.branches is not null or t.result_references
              from page
              join report.tasks v on v.id = page.id
              join escapement.task t on t.id = page.id
              left join escapement.live l on l.id = page.id
             cross join escapement.installation i
             cross join lateral (select case when jsonb_typeof(v.result) = 'object' then
                                        case when v.result - 'unstorable_result' = '{}' then v.result ->> 'unstorable_result' end end as text) told
             order by v.id
            """;
    private static final String KEYS =
            "select id, idempotency_key from escapement.task where id = any(?) and idempotency_key is not null";
    private static final String BY_KEY = "select key, task_id from escapement.idempotency where key = any(?)";
    private static final String EXISTING = "select id from escapement.task where id = any(?)";
    private static final String STANDING = """
            select t.id, coalesce(l.status, e.status)::text
              from escapement.task t
              left join escapement.live l on l.id = t.id
              left join escapement.ended e on e.id = t.id
             where t.id = any(?)
            """;

    private final Database database;

    StateStore(Database database) {
        this.database = database;
    }

    /** For a transaction that goes on as long as its reader takes. */
    void allowSlowReader(DSLContext tx) {
        tx.execute("set local idle_in_transaction_session_timeout = '10min'");
    }

    Instant now(DSLContext tx) {
        return tx.resultQuery("select now()")
                .fetchSingle(row -> row.get(0, OffsetDateTime.class))
                .toInstant();
    }

    /** Which installation this is: the source of its own ids. */
    String installation(DSLContext tx) {
        return tx.resultQuery("select id::text from escapement.installation")
                .fetchSingle(row -> row.get(0, String.class));
    }

    String installation() {
        return installation(database.jooq());
    }

    /** The next {@link #PAGE_SIZE} tasks that match, by id. */
    List<Row> page(DSLContext tx, StateFilter filter, long afterId) {
        Where where = Where.of(filter);
        String sql = PAGE.formatted(
                where.from(),
                where.conditions(),
                PAGE_SIZE,
                time("v.created_at"),
                time("v.started_at"),
                time("v.completed_at"),
                time("v.run_at"),
                time("v.start_by"),
                time("v.deadline_at"),
                time("x.started_at"),
                time("x.ended_at"));
        return tx.connectionResult(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, afterId);
                int next = 2;
                for (String value : where.values()) {
                    statement.setString(next++, value);
                }
                List<Row> rows = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(new Row(row.getLong(1), row.getString(2), row.getBoolean(3)));
                    }
                }
                return rows;
            }
        });
    }

    private static String time(String column) {
        return "to_char(" + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";
    }

    /** The names under which those of these tasks came that were in a file. */
    Map<Long, Name> names(DSLContext tx, Collection<Long> ids) {
        Map<Long, Name> names = new HashMap<>();
        tx.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(KEYS)) {
                statement.setArray(1, connection.createArrayOf("int8", ids.toArray()));
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        Name name = Name.ofKey(row.getString(2));
                        if (name != null) {
                            names.put(row.getLong(1), name);
                        }
                    }
                }
            }
        });
        return names;
    }

    /** The tasks here that have these keys. */
    Map<String, Long> byKey(Collection<String> keys) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(BY_KEY)) {
                statement.setArray(1, connection.createArrayOf("text", keys.toArray()));
                Map<String, Long> found = new HashMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.put(row.getString(1), row.getLong(2));
                    }
                }
                return found;
            }
        });
    }

    /** Those of these ids that tasks here have. */
    List<Long> existing(Collection<Long> ids) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(EXISTING)) {
                statement.setArray(1, connection.createArrayOf("int8", ids.toArray()));
                List<Long> found = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.add(row.getLong(1));
                    }
                }
                return found;
            }
        });
    }

    /** How tasks stand here. */
    Map<Long, TaskStatus> standing(Collection<Long> ids) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STANDING)) {
                statement.setArray(1, connection.createArrayOf("int8", ids.toArray()));
                Map<Long, TaskStatus> found = new HashMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        found.put(row.getLong(1), TaskStatus.valueOf(row.getString(2)));
                    }
                }
                return found;
            }
        });
    }

    /** @param json the task as a file holds it @param hasNames whether its branches or parameters name tasks by their ids here */
    record Row(long id, String json, boolean hasNames) {}

    /** A filter as SQL. Statuses stand in it: a plan made for any could not use the index of the rare ones. */
    private record Where(String from, String conditions, List<String> values) {
        static Where of(StateFilter filter) {
            List<String> conditions = new ArrayList<>(List.of("t.id > ?"));
            List<String> values = new ArrayList<>();
            TaskStatus status = filter.status();
            Boolean ended = status != null ? Boolean.valueOf(status.isTerminal()) : filter.ended();
            String from = "escapement.task t";
            if (ended != null) {
                from += (ended ? " join escapement.ended s" : " join escapement.live s") + " on s.id = t.id";
            }
            if (filter.ended() != null && status != null && filter.ended() != status.isTerminal()) {
                conditions.add("false");
            }
            if (status != null) {
                conditions.add("s.status = '" + status.name() + "'");
            }
            add(filter.action(), "t.action = (select id from escapement.action where name = ?)", conditions, values);
            add(filter.queue(), "t.queue = (select id from escapement.queue where name = ?)", conditions, values);
            String workflow = filter.workflowId();
            if (workflow != null && workflow.matches("[0-9]{1,18}")) {
                conditions.add("(t.workflow_id = ? or (t.id = ?::bigint and t.workflow_id is null))");
                values.addAll(Arrays.asList(workflow, workflow));
            } else {
                add(workflow, "t.workflow_id = ?", conditions, values);
            }
            return new Where(from, String.join(" and ", conditions), values);
        }

        private static void add(
                @org.jspecify.annotations.Nullable String value,
                String condition,
                List<String> conditions,
                List<String> values) {
            if (value != null) {
                conditions.add(condition);
                values.add(value);
            }
        }
    }
}
