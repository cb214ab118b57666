package escapement.calibration;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * SQL: fills a database with tasks that ended, as a made-up submitter would have left them: six actions, risks as theirs,
 * what the gate passed, held back (7 of 10 were rejected) and people let run, tasks without a confidence. The same
 * seed makes the same tasks, but for their ids, on the same major version of PostgreSQL.
 */
public final class FillStore {
    /** How many it makes in one statement. */
    public static final int AT_ONCE = 20_000;

    private static final int BLOCK = 1000; // of ids, see TaskIds
    private static final String SUBMITTER = "demo";

    private static final String OTHERS = "select exists (select from escapement.task where created_by <> ?)";
    private static final String ACTIONS = """
            with wanted as (
                select * from unnest(array['deploy-service', 'rotate-secret', 'run-migration', 'resize-volume', 'restart-pod', 'clear-cache'])
                    with ordinality as w (name, position)
            ), added as (
                insert into escapement.action (name, description)
                select 'demo.' || name, 'Made up by the command demo; nothing runs it.' from wanted order by position
                    on conflict (name) do nothing
                returning id, name
            )
            select coalesce(a.id, x.id)::integer from wanted w
              left join added a on a.name = 'demo.' || w.name
              left join escapement.action x on x.name = 'demo.' || w.name
             order by w.position
            """;
    private static final String NODE = """
            insert into escapement.node (name, version, max_concurrent, actions, started_at, lease_until, stopped_at)
            values ('demo', 'demo', 1, '{}', now(), now(), now()) returning incarnation
            """;

    /*
     * Uniform numbers come from a hash of the row's number and the seed, so that they do not hang on the plan. The history
     * ends now. Ends without an attempt are counted here: the follower leaves those before the sums began to the sweep.
     */
    private static final String FILL = """
            with given as materialized (
                select ?::bigint as seed, ?::bigint as first, ?::integer as size, ?::bigint as total, ?::integer as days, ?::integer[] as actions,
                       ?::integer as node, (select version from escapement.gate) as policy, date_trunc('second', now()) as ends,
                       (select since from escapement.calibration_state) - interval '1 day' as journalled
            ), blocks as materialized (
                select row_number() over () as position, nextval('escapement.task_id_block') as block
                  from generate_series(1, (select (size + %1$d - 1) / %1$d from given))
            ), drawn as (
                select g.first + i as i, i %% %1$d as offset_, 1 + i / %1$d as piece,
                       %2$s as a, %3$s as b, %4$s as won, %5$s as n1, %6$s as n2, %7$s as pick, %8$s as fate, %9$s as took
                  from given g cross join lateral generate_series(0, g.size - 1) as i
            ), placed as (
                select d.*, case when pick < 0.1 then 1 when pick < 0.22 then 2 when pick < 0.4 then 3 when pick < 0.55 then 4 when pick < 0.8 then 5 else 6 end as kind,
                       g.ends - g.days * interval '1 day' + (d.i::float8 / g.total) * (g.days * 86400.0 - 60) * interval '1 s' as created
                  from drawn d cross join given g
            ), likely as (
                select p.*, 0.6 + sqrt(-2 * ln(greatest(n1, 1e-12))) * cos(2 * pi() * n2) + (array[-0.5, 0.1, -0.3, 0.2, 0.3, 0.5])[kind] as l,
                       (array['HIGH', 'HIGH', 'MEDIUM', 'MEDIUM', 'LOW', 'LOW'])[kind]::escapement.risk_level as risk
                  from placed p
            ), stated as (
                select y.*, case when risk <> 'HIGH' and fate > 0.97 then null else floor(least(greatest((%10$s)::numeric, 0), 1) * 1000) / 1000 end as confidence,
                       won < 1 / (1 + exp(-(%11$s))) as ok
                  from likely y
            ), gated as (
                select s.*, risk = 'HIGH' and confidence < 0.7 as held, risk = 'HIGH' and confidence < 0.7 and fate >= 0.3 as rejected from stated s
            ), made as materialized (
                select ((greatest((m.created at time zone 'UTC')::date - date '2026-01-01', 0))::bigint << 40) + b.block * %1$d + m.offset_ as id,
                       g.actions[m.kind]::smallint as action, m.risk, m.confidence, m.ok, m.held, m.rejected, m.created,
                       m.created + interval '1 s' + case when m.held then m.fate * interval '20 s' else interval '0' end as started,
                       m.created + interval '2 s' + case when m.held then m.fate * interval '20 s' else interval '0' end + m.took * interval '30 s' as ended,
                       jsonb_build_object('target', 'host-' || m.i %% 500) as params
                  from gated m join blocks b on b.position = m.piece cross join given g
            ), tasks as (
                insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, confidence_score, created_by, action_params)
                select id, created, action, 1, 1, 'MEDIUM', risk, confidence, '%12$s', params from made order by id
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, reason)
                select id, ended, case when rejected then 0 else 1 end,
                       case when rejected then 'SKIPPED' when ok then 'COMPLETED' else 'FAILED' end::escapement.task_status,
                       case when rejected then 'rejected by demo: not convincing' end
                  from made order by id
            ), attempts as (
                insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path, ready_at, started_at, ended_at,
                                                confidence_score, policy_version, error, ended_task)
                select id, 1, 1, g.node, action, 1, case when ok then 'SUCCEEDED' else 'FAILED' end::escapement.attempt_outcome, risk,
                       case when held then 'HUMAN' else 'AUTO' end::escapement.gate_path, created, started, ended, confidence,
                       case when risk = 'HIGH' then g.policy end, case when not ok then 'made up' end, true
                  from made cross join given g where not rejected order by id
            ), decisions as (
                insert into escapement.gate_decision (task_id, at, policy_version, attempt, confidence_score, statistic, value, threshold, decision, path, code,
                                                      approvals, approver_groups, payload_digest, reason)
                select id, x.at, g.policy, 1, confidence, 'raw', confidence, 0.7, x.decision::escapement.gate_decision_kind, x.path::escapement.gate_path, x.code, 1, '{}',
                       escapement.payload_digest(id, action, risk, params),
                       case when x.decision = 'HOLD' then 'HIGH risk: confidence ' || escapement.confidence_text(confidence) || ' < 0.70' end
                  from made cross join given g
                 cross join lateral (select created as at, case when held then 'HOLD' else 'RUN' end as decision, 'AUTO' as path,
                                            case when held then 'CONFIDENCE_BELOW_MINIMUM' else 'PASSED' end as code
                                      union all
                                     select started, 'RUN', 'HUMAN', 'APPROVED' where held and not rejected) x
                 where risk = 'HIGH' order by id, x.at
            ), told as (
                insert into escapement.journal (at, node, queue, from_status, to_status, outcome, n, task_ids, attempts)
                select g.journalled, g.node, 1, null, case when ok then 'COMPLETED' else 'FAILED' end::escapement.task_status,
                       case when ok then 'SUCCEEDED' else 'FAILED' end::escapement.attempt_outcome, count(*), array_agg(id order by id), array_agg(1 order by id)
                  from made cross join given g where not rejected group by g.journalled, g.node, ok, id / %1$d
                union all
                select g.journalled, null, 1, v.from_status, v.to_status, null, count(*), array_agg(id order by id), null
                  from made cross join given g
                 cross join (values (null, 'DEFERRED'::escapement.task_status), ('DEFERRED'::escapement.task_status, 'SKIPPED')) v (from_status, to_status)
                 where rejected group by g.journalled, v.from_status, v.to_status, id / %1$d
            ), missed as (
                insert into escapement.calibration_missing as t (day, action, risk_level, bin, fate, n)
                select (ended at time zone 'UTC')::date, action, risk, least(floor(confidence * 10), 9)::smallint, 'REJECTED', count(*)
                  from made where rejected group by 1, 2, 3, 4 order by 1, 2, 3, 4
                    on conflict (day, action, risk_level, bin, fate) do update set n = t.n + excluded.n
            )
            select count(*) from made
            """;

    private final Database database;

    public FillStore(Database database) {
        this.database = database;
    }

    /** Whether there are tasks that it has not made. */
    public boolean hasOthers() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(OTHERS)) {
                statement.setString(1, SUBMITTER);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        });
    }

    /** Makes the tasks, in pieces. @param days over which they are spread, until now */
    public void fill(World world, long seed, int tasks, int days, Progress progress) {
        database.statement(connection -> {
            Integer[] actions = actions(connection);
            int node = node(connection);
            try (PreparedStatement statement = connection.prepareStatement(sql(world))) {
                for (int done = 0; done < tasks; done += AT_ONCE) {
                    int some = Math.min(AT_ONCE, tasks - done);
                    statement.setLong(1, seed);
                    statement.setLong(2, done);
                    statement.setInt(3, some);
                    statement.setLong(4, tasks);
                    statement.setInt(5, days);
                    statement.setArray(6, connection.createArrayOf("int4", actions));
                    statement.setInt(7, node);
                    statement.executeQuery().close();
                    progress.made(done + some);
                }
            }
            return true;
        });
    }

    private static String sql(World world) {
        List<Object> parts = new ArrayList<>(List.of(BLOCK));
        for (int i = 0; i < 8; i++) {
            parts.add(
                    "((hashint8extended(g.first + i, g.seed * 8 + %d) >> 11) & 9007199254740991) / 9007199254740992.0::float8"
                            .formatted(i));
        }
        parts.add(world.statedSql());
        parts.add(world.truthSql());
        parts.add(SUBMITTER);
        return FILL.formatted(parts.toArray());
    }

    private static Integer[] actions(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ACTIONS);
                ResultSet row = statement.executeQuery()) {
            List<Integer> ids = new ArrayList<>();
            while (row.next()) {
                ids.add(row.getInt(1));
            }
            return ids.toArray(Integer[]::new);
        }
    }

    private static int node(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NODE);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    /** Is told how many there are. */
    @FunctionalInterface
    public interface Progress {
        void made(int tasks);
    }
}
