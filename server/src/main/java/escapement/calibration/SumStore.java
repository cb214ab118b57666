package escapement.calibration;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * SQL: adds the outcomes of a stretch of the journal, or of a piece of what ended before there were sums, each in the one
 * statement that also moves the position. Thread-safe.
 */
public final class SumStore {
    private static final int ROWS = 200;
    private static final int SWEPT_AT_ONCE = 5000;

    /*
     * A verdict's lines wait until the stretch reaches all that was committed before them, so that none is counted before
     * the end that it corrects. `since` tells the sweep's attempts from the follower's: see calibration_state.
     * Attempts are looked up in a step of their own, as in RollUpStore.
     */
    private static final String FOLLOW = """
            with position as materialized (
                select xid, seq from escapement.follower where name = 'calibration' for update skip locked
            ), stretch as materialized (
                select j.* from position p
                 cross join lateral (
                       select xid, seq, at, from_status, to_status, event, task_ids, attempts from escapement.journal j
                        where (j.xid, j.seq) > (p.xid, p.seq) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
                        order by j.xid, j.seq
                        limit ?) j
            ), keys as materialized (
                select k.task_id, k.attempt from stretch s cross join lateral unnest(s.task_ids, s.attempts) as k (task_id, attempt)
                 where s.attempts is not null and s.to_status in ('COMPLETED', 'FAILED', 'CANCELLED')
            ), found as materialized (
                select task_id, attempt, action, risk_level, gate_path, outcome, confidence_score, started_at, ended_at, ended_task
                  from escapement.attempt
                 where task_id = any(array(select task_id from keys))
                   and task_id >= (select min(task_id) from keys) and task_id <= (select max(task_id) from keys)
            ), ran as materialized (
                select f.* from keys k join found f on f.task_id = k.task_id and f.attempt = k.attempt
                 where f.ended_task or f.ended_at >= (select since from escapement.calibration_state)
            ), marked as (
                update escapement.attempt a set ended_task = true
                 where a.task_id = any(array(select task_id from ran where not ended_task))
                   and (a.task_id, a.attempt) in (select task_id, attempt from ran where not ended_task)
            ), never as materialized (
                select k.id, s.at, case when s.to_status = 'CANCELLED' then 'CANCELLED' when s.from_status = 'DEFERRED' then 'REJECTED' else 'SKIPPED' end as fate
                  from stretch s
                 cross join lateral unnest(s.task_ids) as k (id)
                 where s.attempts is null and s.event is null and s.to_status in ('SKIPPED', 'CANCELLED', 'FAILED')
                   and s.at >= (select since from escapement.calibration_state)
            ), deltas as (
                delete from escapement.calibration_delta d
                 where d.xid < pg_snapshot_xmin(pg_current_snapshot())
                   and exists (select from position) and (select count(*) from stretch) < ?
                returning day, action, risk_level, path, c6, q6, ok, sign
            ), %s, %s, %s, counted as (
                select * from mapped
                union all
                select day, action, risk_level, path, c6, q6, ok, sign from deltas
            ), %s, %s, %s, moved as (
                update escapement.follower f
                   set xid = l.xid, seq = l.seq, followed_at = now()
                  from (select xid, seq from stretch order by xid desc, seq desc limit 1) l
                 where f.name = 'calibration'
            )
            select count(*) from stretch
            """.formatted(
                    SumSql.FRESH,
                    SumSql.OUTCOMES,
                    SumSql.MAPPED,
                    SumSql.CELLS.formatted("cells", "counted"),
                    SumSql.ADDED,
                    SumSql.MISSED);

    // in the order of ids; the latest attempt alone, for nothing tells whether an earlier one ended its task too
    private static final String SWEEP = """
            with state as materialized (
                select since, swept_to from escapement.calibration_state where swept_to is not null for update skip locked
            ), piece as materialized (
                select e.* from state s
                 cross join lateral (
                       select id, attempt_count, status, completed_at, reason from escapement.ended e
                        where e.id > s.swept_to order by e.id limit ?) e
            ), ran as (
                update escapement.attempt a set ended_task = true
                  from piece p, state s
                 where a.task_id = any(array(select id from piece))
                   and a.task_id = p.id and a.attempt = p.attempt_count and not a.ended_task and a.ended_at < s.since
                   and case p.status when 'COMPLETED' then a.outcome in ('SUCCEEDED', 'DRY_RUN')
                                     when 'FAILED' then a.outcome in ('FAILED', 'TIMEOUT')
                                     when 'CANCELLED' then a.outcome = 'CANCELLED' else false end
                returning a.task_id, a.attempt, a.action, a.risk_level, a.gate_path, a.outcome, a.confidence_score, a.started_at, a.ended_at
            ), never as materialized (
                select p.id, p.completed_at as at,
                       case when p.status = 'CANCELLED' then 'CANCELLED'
                            when (select d.decision in ('HOLD', 'REJECT') from escapement.gate_decision d
                                   where d.task_id = p.id order by d.id desc limit 1) then 'REJECTED' else 'SKIPPED' end as fate
                  from piece p cross join state s
                 where p.status in ('SKIPPED', 'CANCELLED', 'FAILED') and p.attempt_count = 0 and p.completed_at < s.since
            ), %s, %s, %s, %s, %s, %s, moved as (
                update escapement.calibration_state
                   set swept_to = case when (select count(*) from piece) = ? then (select max(id) from piece) end
                 where exists (select from state)
            )
            select count(*) from piece
            """.formatted(
                    SumSql.FRESH,
                    SumSql.OUTCOMES,
                    SumSql.MAPPED,
                    SumSql.CELLS.formatted("cells", "mapped"),
                    SumSql.ADDED,
                    SumSql.MISSED);

    private final Database database;

    public SumStore(Database database) {
        this.database = database;
    }

    /** Adds a stretch of the journal. @return whether there may be more; false also when another node is at work */
    public boolean followSome() {
        return database.statement(connection -> ran(connection, FOLLOW, ROWS));
    }

    /** Adds a piece of the tasks that ended before there were sums. @return whether there may be more */
    boolean sweepSome() {
        return database.statement(connection -> ran(connection, SWEEP, SWEPT_AT_ONCE));
    }

    private static boolean ran(Connection connection, String sql, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, limit);
            statement.setInt(2, limit);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == limit;
            }
        }
    }
}
