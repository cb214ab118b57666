package escapement.follow;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** SQL: adds a stretch of the journal to the roll-ups and moves the follower's position, in one statement. */
final class RollUpStore {
    private static final int ROWS = 200;

    /*
     * A journal row carries the id of its transaction. Every transaction below pg_snapshot_xmin has ended, so no row can
     * still appear at or before a position below it; whoever trusted max(seq) instead lost one row in thirteen under load.
     *
     * Attempts are looked up in a step of their own: joined to the stretch, whose size no planner can know, they were read
     * whole for each stretch.
     */
    private static final String FOLLOW = """
            with position as materialized (
                select xid, seq from escapement.follower where name = 'roll-up' for update skip locked
            ), stretch as materialized (
                select j.* from position p
                 cross join lateral (
                       select * from escapement.journal j
                        where (j.xid, j.seq) > (p.xid, p.seq) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
                        order by j.xid, j.seq
                        limit ?) j
            ), counted as (
                insert into escapement.change_count as c (queue, from_status, to_status, outcome, n)
                select queue, from_status, to_status, outcome, sum(n) from stretch where event is null group by 1, 2, 3, 4
                 order by 1, 2, 3, 4
                    on conflict (queue, from_status, to_status, outcome) do update set n = c.n + excluded.n
            ), submits as (
                insert into escapement.submit_minute as m (minute, queue, n)
                select date_trunc('minute', at), queue, sum(n) from stretch where from_status is null and event is null
                 group by 1, 2
                 order by 1, 2
                    on conflict (minute, queue) do update set n = m.n + excluded.n
            ), ended as materialized (
                select k.task_id, k.attempt from stretch s cross join lateral unnest(s.task_ids, s.attempts) as k (task_id, attempt)
                 where s.attempts is not null
            ), found as materialized (
                select task_id, attempt, ended_at, started_at, ready_at, action, queue, outcome from escapement.attempt
                 where task_id = any(array(select task_id from ended))
            ), ends as materialized (
                select f.* from ended k join found f on f.task_id = k.task_id and f.attempt = k.attempt
            ), attempts as (
                insert into escapement.attempt_minute as m (minute, action, queue, outcome, n, wait_ms, run_ms)
                select date_trunc('minute', a.ended_at), a.action, a.queue, a.outcome, count(*),
                       coalesce(sum(date_part('epoch', a.started_at - a.ready_at) * 1000)::bigint, 0),
                       coalesce(sum(date_part('epoch', a.ended_at - a.started_at) * 1000)::bigint, 0)
                  from ends a
                 group by 1, 2, 3, 4
                 order by 1, 2, 3, 4
                    on conflict (minute, action, queue, outcome) do update
                   set n = m.n + excluded.n, wait_ms = m.wait_ms + excluded.wait_ms, run_ms = m.run_ms + excluded.run_ms
            ), sized as materialized (
                select minute, measure, action, queue, outcome, width_bucket(us, ?::float8[]) + ? as bucket, count(*) as n, sum(us)::bigint as us
                  from (select date_trunc('minute', a.ended_at) as minute, t.measure, a.action, a.queue, a.outcome, t.us
                          from ends a
                         cross join lateral (values ('WAIT'::escapement.attempt_measure, round(date_part('epoch', a.started_at - a.ready_at) * 1000000)),
                                                    ('RUN', round(date_part('epoch', a.ended_at - a.started_at) * 1000000))) t (measure, us)) timed
                 group by 1, 2, 3, 4, 5, 6
            ), spread as (
                insert into escapement.attempt_spread as m (minute, measure, action, queue, outcome, bucket, n)
                select minute, measure, action, queue, outcome, bucket, n from sized
                 order by 1, 2, 3, 4, 5, 6
                    on conflict (minute, measure, action, queue, outcome, bucket) do update set n = m.n + excluded.n
            ), totals as (
                insert into escapement.attempt_total as m (measure, subject, bucket, n, us)
                select measure, case measure when 'WAIT' then queue else action end, bucket, sum(n), sum(us) from sized
                 where measure = 'WAIT' or outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')
                 group by 1, 2, 3
                 order by 1, 2, 3
                    on conflict (measure, subject, bucket) do update set n = m.n + excluded.n, us = m.us + excluded.us
            ), moved as (
                update escapement.follower f
                   set xid = l.xid, seq = l.seq, followed_at = now()
                  from (select xid, seq from stretch order by xid desc, seq desc limit 1) l
                 where f.name = 'roll-up'
            )
            select count(*) from stretch
            """;

    private final Database database;

    RollUpStore(Database database) {
        this.database = database;
    }

    /** @return whether there may be more; false also when another node is at work */
    boolean followSome() {
        return database.statement(RollUpStore::followSome);
    }

    private static boolean followSome(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FOLLOW)) {
            statement.setInt(1, ROWS);
            statement.setArray(2, connection.createArrayOf("float8", Buckets.edgesMicros()));
            statement.setInt(3, Buckets.LOWEST);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == ROWS;
            }
        }
    }
}
