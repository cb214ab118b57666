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
     * whole for each stretch. The range keeps other months' partitions out, which a list of ids does not.
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
                   and task_id >= (select min(task_id) from ended) and task_id <= (select max(task_id) from ended)
            ), timed as (
                select date_bin('1 minute', ended_at, 'epoch') as minute, action, queue, outcome,
                       round(date_part('epoch', started_at - ready_at) * 1000000) as wait_us,
                       round(date_part('epoch', ended_at - started_at) * 1000000) as run_us
                  from ended join found using (task_id, attempt)
            ), ends as materialized (
                select minute, action, queue, outcome, wait_bucket, run_bucket, count(*) as n, sum(wait_us) as wait_us, sum(run_us) as run_us
                  from (select *, width_bucket(wait_us, edges) + lowest as wait_bucket, width_bucket(run_us, edges) + lowest as run_bucket
                          from timed cross join (select ?::float8[] as edges, ? as lowest) b) sized
                 group by 1, 2, 3, 4, 5, 6
            ), attempts as (
                insert into escapement.attempt_minute as m (minute, action, queue, outcome, n, wait_ms, run_ms)
                select minute, action, queue, outcome, sum(n), coalesce(sum(wait_us) / 1000, 0), sum(run_us) / 1000
                  from ends
                 group by 1, 2, 3, 4
                 order by 1, 2, 3, 4
                    on conflict (minute, action, queue, outcome) do update
                   set n = m.n + excluded.n, wait_ms = m.wait_ms + excluded.wait_ms, run_ms = m.run_ms + excluded.run_ms
            ), sized as materialized (
                select minute, 'WAIT'::escapement.attempt_measure as measure, action, queue, outcome, wait_bucket as bucket,
                       sum(n) as n, sum(wait_us)::bigint as us
                  from ends group by 1, 3, 4, 5, 6
                union all
                select minute, 'RUN', action, queue, outcome, run_bucket, sum(n), sum(run_us)::bigint from ends group by 1, 3, 4, 5, 6
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
            ), on_time as (
                delete from escapement.on_time_delta where exists (select from position) returning on_time, n
            ), deadlines as (
                insert into escapement.on_time_count as c (on_time, n)
                select on_time, sum(n) from on_time group by 1 order by 1
                    on conflict (on_time) do update set n = c.n + excluded.n
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
