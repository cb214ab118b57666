package escapement.queue;

import escapement.action.RiskLevel;
import escapement.db.Database;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/** SQL: claims ready tasks for a node, and gives back those that it did not start. */
final class ClaimStore {
    /*
     * `= any(array(...))`, not `in (select ...)`: always reaches the rows by primary key (7 against 14 ms for 500).
     * The lease is part of the statement: a node that lost it claims nothing, however late it is.
     * Each queue is walked in its own piece of the index, so that a held one costs nothing. Holds, mode and policy are read
     * in the claim's own snapshot: one that was committed before it began is never overrun. What the gate has not decided
     * about under the policy in force is passed over, and marked for it where nobody knew.
     */
    static final String CLAIM = """
            with held as materialized (
                select scope, subject from escapement.hold where until is null or until > now()
            ), offered as materialized (
                select a from unnest(?::smallint[]) as a where not exists (select from held where scope = 'ACTION' and subject = a)
            ), gate as materialized (
                select version, risk_levels from escapement.gate
            ), next as (
                select head.id, head.passed
                  from escapement.queue q
                 cross join lateral (
                       select id, claim_order,
                              gate_version is not null or risk_level <> all((select risk_levels from gate)::escapement.risk_level[]) as passed
                         from escapement.live
                        where status = 'PENDING' and queue = q.id and claim_order >= ? and action = any(array(select a from offered))
                          and (gate_version is null or gate_version = (select version from gate))
                        order by claim_order, id
                        limit ?
                          for update skip locked) head
                 where not exists (select from held where scope = 'EVERYTHING' or scope = 'QUEUE' and subject = q.id)
                 order by head.claim_order, head.id
                 limit ?
            ), unjudged as (
                update escapement.live set gate_version = 0 where id = any(array(select id from next where not passed))
            ), claimed as (
                update escapement.live
                   set status = 'IN_PROGRESS', fence = fence + 1, attempt = attempt + 1, node = ?, started_at = now()
                 where id = any(array(select id from next where passed))
                   and exists (select from escapement.node where incarnation = ? and lease_until > now())
                returning id, node, fence, attempt, uncounted, max_attempts, action, queue, claim_order, risk_level, confidence_score,
                          followed, params_edited, gate_version, gate_path, dry_run
            ), told as (
                insert into escapement.journal (node, queue, from_status, to_status, n, task_ids)
                select node, queue, 'PENDING', 'IN_PROGRESS', count(*), array_agg(id) from claimed group by node, queue
            )
            select c.*, t.retry, t.timeout_ms, c.dry_run or t.dry_run or m.dry_run as runs_dry,
                   case when c.params_edited then escapement.latest_params(c.id) else t.action_params end as action_params,
                   c.params_edited or t.result_references as has_references, t.branches is not null as has_branches,
                   case when c.dry_run or t.dry_run or m.dry_run then t.description end as description
              from claimed c join escapement.task t on t.id = c.id
             cross join (select exists (select from escapement.mode where mode = 'DRY_RUN') as dry_run) m
             order by c.claim_order, c.id
            """;

    // the attempt never started: it leaves no row and its number is used again
    private static final String HAND_BACK = """
            with given as (
                update escapement.live l
                   set status = 'PENDING', fence = l.fence + 1, attempt = l.attempt - 1, node = null, started_at = null
                  from unnest(?, ?) as u (id, fence)
                 where l.id = u.id and u.fence = case when l.status = 'IN_PROGRESS' and l.node = ? then l.fence end
                returning l.id, l.queue
            ), told as (
                insert into escapement.journal (node, queue, from_status, to_status, n, task_ids)
                select ?, queue, 'IN_PROGRESS', 'PENDING', count(*), array_agg(id) from given group by queue
            )
            select count(*) from given
            """;

    private static final String CANCELLED = """
            select id, fence, cancel_reason from escapement.live
             where cancel_reason is not null and status = 'IN_PROGRESS' and node = ?
            """;

    private static final String HELD =
            "select id, fence from escapement.live where status = 'IN_PROGRESS' and node = ?";

    private final Database database;

    ClaimStore(Database database) {
        this.database = database;
    }

    /**
     * Claims the first ready tasks.
     *
     * @param node this node's incarnation
     * @param actions the actions it can run
     * @param fromOrder tasks before this claim order are not looked at: they are known to be gone
     * @return at most {@code limit} tasks, most urgent first; none if the node's lease has run out
     */
    List<ClaimedTask> claim(int node, short[] actions, long fromOrder, int limit) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
                Array actionArray = connection.unwrap(PGConnection.class).createArrayOf("int2", actions);
                statement.setArray(1, actionArray);
                statement.setLong(2, fromOrder);
                statement.setInt(3, limit);
                statement.setInt(4, limit);
                statement.setInt(5, node);
                statement.setInt(6, node);
                List<ClaimedTask> claimed = new ArrayList<>(limit);
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        claimed.add(read(row));
                    }
                }
                return claimed;
            }
        });
    }

    /** Makes tasks of {@code node} PENDING again that it has not started. @return how many were still its own */
    int handBack(int node, List<HeldTask> tasks) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HAND_BACK)) {
                int next = new Columns<>(statement, tasks)
                        .bigint(HeldTask::id)
                        .integer(HeldTask::fence)
                        .next();
                statement.setInt(next, node);
                statement.setInt(next + 1, node);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    /** Which tasks of {@code node} somebody wants stopped, and why. */
    Map<HeldTask, String> cancelled(int node) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(CANCELLED)) {
                statement.setInt(1, node);
                Map<HeldTask, String> cancelled = new HashMap<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        cancelled.put(new HeldTask(row.getLong(1), row.getInt(2)), row.getString(3));
                    }
                }
                return cancelled;
            }
        });
    }

    /** What the database says {@code node} holds. */
    List<HeldTask> heldBy(int node) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HELD)) {
                statement.setInt(1, node);
                List<HeldTask> held = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        held.add(new HeldTask(row.getLong(1), row.getInt(2)));
                    }
                }
                return held;
            }
        });
    }

    // by name: the statement gains columns, and a wrong number would only show when a task is claimed
    private static ClaimedTask read(ResultSet row) throws SQLException {
        return new ClaimedTask(
                row.getLong("id"),
                row.getInt("node"),
                row.getInt("fence"),
                row.getInt("attempt"),
                row.getInt("uncounted"),
                row.getInt("max_attempts"),
                row.getShort("action"),
                row.getShort("queue"),
                row.getLong("claim_order"),
                RiskLevel.valueOf(row.getString("risk_level")),
                row.getBigDecimal("confidence_score"),
                row.getString("retry"),
                row.getLong("timeout_ms"), // 0 for null
                row.getString("action_params"),
                row.getBoolean("followed"),
                row.getBoolean("has_references"),
                row.getBoolean("has_branches"),
                row.getBoolean("runs_dry"),
                row.getString("description"));
    }
}
