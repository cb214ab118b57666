package escapement.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.db.Database;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every report, on a database of which everything is known and on which nothing moves. */
class ReportsDbTest {
    private static final int SOME_SECONDS = 300; // that may pass between the data and the question
    private static final Set<String> covered = new HashSet<>();

    private static TestDatabase database;
    private static Database pool;
    private static Reports reports;
    private static long base; // of today's ids
    private static Instant hour;

    @BeforeAll
    static void fill() {
        database = TestDatabase.create();
        pool = database.open();
        reports = new Reports(pool);
        base = Sql.number(database, "select ((now() at time zone 'UTC')::date - date '2026-01-01')::bigint << 40");
        hour = Instant.ofEpochSecond(Sql.number(database, "select extract(epoch from now())::bigint"))
                .truncatedTo(ChronoUnit.HOURS);
        for (String statement : KNOWN.split(";\n")) {
            Sql.update(
                    database,
                    statement.replace("$base", Long.toString(base)).replace("$hour", "'" + hour + "'::timestamptz"));
        }
    }

    @AfterAll
    static void drop() {
        pool.close();
        database.close();
    }

    private static final String KNOWN = """
            insert into escapement.action (name) values ('mail'), ('pay');
            insert into escapement.queue (name) values ('bulk');
            insert into escapement.node (name, version, max_concurrent, actions, lease_until)
            select 'alive', '1', 4, array_agg(id), now() + interval '1 hour' from escapement.action where name = 'mail';
            insert into escapement.node (name, version, max_concurrent, actions, lease_until)
            values ('dead', '1', 4, '{}', now() - interval '10 minutes');
            create view known as select
                (select id from escapement.action where name = 'mail') as mail, (select id from escapement.action where name = 'pay') as pay,
                (select id from escapement.queue where name = 'default') as q, (select id from escapement.queue where name = 'bulk') as bulk,
                (select incarnation from escapement.node where name = 'alive') as alive, (select incarnation from escapement.node where name = 'dead') as dead;
            insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, created_by, action_params, deadline_at)
            select $base + i, now() - interval '3 hours', case when i in (3, 4, 11, 17) then pay else mail end, q, 3, 'MEDIUM',
                   case when i = 17 then 'HIGH' else 'LOW' end::escapement.risk_level, 'ana', '{}',
                   case i when 1 then now() when 2 then now() - interval '70 seconds' when 12 then now() + interval '1 hour' end
              from known, generate_series(1, 17) i where i < 5 or i > 10;
            insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path, ready_at, started_at, ended_at, error)
            select $base + task, attempt, 1, case node when 'alive' then alive else dead end, case action when 'mail' then mail else pay end, q, outcome::escapement.attempt_outcome,
                   'LOW', 'AUTO', ended_at - interval '20 milliseconds' - ms * interval '1 millisecond', ended_at - ms * interval '1 millisecond', ended_at, error
              from known, (values (1, 1, 'alive', 'mail', 'FAILED', 100, $hour - interval '62 minutes', e'no connection to host 7\\nmore'),
                                  (1, 2, 'alive', 'mail', 'SUCCEEDED', 500, $hour - interval '1 hour', null),
                                  (2, 1, 'alive', 'mail', 'FAILED', 200, $hour - interval '1 hour', 'no connection to host 12'),
                                  (3, 1, 'alive', 'pay', 'SUCCEEDED', 1000, $hour, null),
                                  (4, 1, 'dead', 'pay', 'LOST', 3000, $hour, 'node dead is gone'))
                          x (task, attempt, node, action, outcome, ms, ended_at, error);
            insert into escapement.attempt_minute (minute, action, queue, outcome, n, wait_ms, run_ms)
            select date_trunc('minute', ended_at), action, queue, outcome, count(*), sum(20), sum(extract(epoch from ended_at - started_at) * 1000)::bigint
              from escapement.attempt group by 1, 2, 3, 4;
            insert into escapement.attempt_minute (minute, action, queue, outcome, n, wait_ms, run_ms)
            select date_trunc('minute', now() - interval '30 hours'), mail, bulk, 'SUCCEEDED'::escapement.attempt_outcome, 3, 60, 300 from known
            union all select date_trunc('minute', now() - interval '30 hours'), mail, bulk, 'FAILED'::escapement.attempt_outcome, 1, 20, 100 from known;
            insert into escapement.ended (id, completed_at, attempt_count, status, on_time) values
                ($base + 1, now() - interval '1 minute', 2, 'COMPLETED', true), ($base + 2, (select deadline_at + interval '10 seconds' from escapement.task where id = $base + 2), 1, 'FAILED', false),
                ($base + 3, now(), 1, 'COMPLETED', null), ($base + 4, now(), 1, 'CANCELLED', null);
            insert into escapement.live (id, claim_order, status, priority, risk_level, action, queue, max_attempts, attempt, ready_at, run_at, started_at, node, held_since, at_risk_at, deadline_at, open_dependencies, reason, confidence_score)
            select $base + i, i, status::escapement.task_status, 'MEDIUM', case when i = 17 then 'HIGH' else 'LOW' end::escapement.risk_level,
                   case when i in (11, 17) then pay else mail end, q, 3, case when status = 'IN_PROGRESS' then 1 else 0 end,
                   case when status = 'PENDING' then now() - since end, case when status = 'SCHEDULED' then now() - since end,
                   case when status = 'IN_PROGRESS' then now() - since end, case i when 13 then alive when 14 then dead end,
                   case when status = 'DEFERRED' then now() - since end, case when i = 12 then now() - interval '1 minute' end,
                   case when i = 12 then now() + interval '1 hour' end, case when i = 16 then 2 else 0 end,
                   case when i = 17 then 'HIGH risk: confidence 0.40 < 0.70' end, case when i = 17 then 0.4 end
              from known, (values (11, 'PENDING', interval '2 hours'), (12, 'PENDING', interval '30 minutes'), (13, 'IN_PROGRESS', interval '20 minutes'),
                                  (14, 'IN_PROGRESS', interval '20 minutes'), (15, 'SCHEDULED', interval '5 minutes'), (16, 'BLOCKED', interval '0'),
                                  (17, 'DEFERRED', interval '1 hour')) x (i, status, since);
            insert into escapement.change_count (queue, from_status, to_status, n)
            select queue, null, status, count(*) from escapement.live group by queue, status;
            insert into escapement.dependency (upstream, downstream, required, skips)
            values ($base + 11, $base + 16, 'COMPLETED', false), ($base + 2, $base + 16, 'COMPLETED', false);
            insert into escapement.gate_decision (task_id, at, policy_version, attempt, confidence_score, statistic, threshold, decision, path, code, approvals, approver_groups, expires_at, payload_digest)
            select $base + i, $hour - interval '1 hour', 1, 1, 0.4, 'raw', 0.7, decision::escapement.gate_decision_kind, 'AUTO', code, 2, '{}', now() + interval '23 hours', 'x'
              from (values (3, 'HOLD', 'NO_CONFIDENCE'), (4, 'RUN', 'NOT_ASKED'), (17, 'HOLD', 'CONFIDENCE_BELOW_MINIMUM')) x (i, decision, code);
            insert into escapement.approval (task_id, payload_digest, principal, verdict, at, verified, groups, submitted_by, reason)
            select t.id, escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params), 'ben', 'APPROVE', $hour - interval '1 hour' + seconds * interval '1 second', true, '{}', 'ana', 'r'
              from escapement.task t join (values (3, 60), (17, 120)) x (i, seconds) on t.id = $base + x.i;
            insert into escapement.approval (task_id, payload_digest, principal, verdict, at, verified, groups, submitted_by, reason)
            values ($base + 17, 'of another payload', 'cleo', 'APPROVE', now(), true, '{}', 'ana', 'r');
            insert into escapement.calibration_day (day, action, risk_level, path, bin, n, s, sc, scc, scs, sq, sqv)
            select (now() at time zone 'UTC')::date, case action when 'mail' then mail else pay end, 'LOW', path::escapement.gate_path, c6 / 100000, n, s,
                   n * c6, n * c6::numeric * c6, s * c6, n * c6, 0
              from known, (values ('mail', 'AUTO', 900000, 100, 60), ('mail', 'HUMAN', 900000, 9, 9), ('pay', 'AUTO', 500000, 4, 4)) x (action, path, c6, n, s)""";

    @TestFactory
    Stream<DynamicTest> every_report_answers_what_is_known() {
        return Stream.of(
                        known("approval-times", "pay|2|2|0|0|90|117|120"),
                        known("attempts-by-action", "mail|7|4|3|0|0.5714|0|171.4", "pay|1|1|0|0|1|1|1000"),
                        known(
                                "blocked",
                                "#16|mail|default|#2|COMPLETED|FAILED|1|waits for task #2, which is FAILED and 1 more"),
                        known(
                                "calibration-by-action",
                                "mail|OVERCONFIDENT|100|0.9|0.6|0.502|0.6906|0.33|-0.375|0.3|0.0239",
                                "pay|INSUFFICIENT|4|0.5|1|0.5101|1|0.25||0.5|0.1995"),
                        known(
                                "calibration-by-bucket",
                                Map.of("action", "mail"),
                                "[0.0-0.1]|0|0|||||",
                                "[0.1-0.2]|0|0|||||",
                                "[0.2-0.3]|0|0|||||",
                                "[0.3-0.4]|0|0|||||",
                                "[0.4-0.5]|0|0|||||",
                                "[0.5-0.6]|0|0|||||",
                                "[0.6-0.7]|0|0|||||",
                                "[0.7-0.8]|0|0|||||",
                                "[0.8-0.9]|0|0|||||",
                                "[0.9-1.0]|100|60|0.9|0.6|0.3|0.502|0.6906"),
                        known("deadlines", "mail|1|1|0.5|10|10"),
                        known(
                                "deferred",
                                "#17|pay|HIGH|0.4|0.7|CONFIDENCE_BELOW_MINIMUM|~3600|~82800|1|2|HIGH risk: confidence 0.40 < 0.70"),
                        known("failing-actions", "mail|2|3|0.6667|0.25"),
                        known(
                                "failures-by-error",
                                "2|2|mail|no connection to host #|" + hour.minusSeconds(3600) + "|#2"),
                        known(
                                "gate-decisions",
                                "LOW|RUN|NOT_ASKED|1|1|0.4|" + hour.minusSeconds(3600),
                                "LOW|HOLD|NO_CONFIDENCE|1|1|0.4|" + hour.minusSeconds(3600),
                                "HIGH|HOLD|CONFIDENCE_BELOW_MINIMUM|1|1|0.4|" + hour.minusSeconds(3600)),
                        known("late", "#12|mail|default|PENDING|*|~3600|"),
                        known("node-load", "alive|1|true|1|4|0.25|~3600|*|0|1", "dead|1|false|1|4|0.25|~-600|*|*|0"),
                        known(
                                "oldest-waiting",
                                "#11|pay|default|MEDIUM|~7200|1|false",
                                "#12|mail|default|MEDIUM|~1800|1|true"),
                        known("queue-depth", "bulk|false|0|0|0|0|0||", "default|false|1|1|2|1|2|~7200|~-300"),
                        known("retries", "mail|2|1|3|1|0.5|1|2", "pay|2|0|2|0|0||1"),
                        known(
                                "slowest",
                                "3000|20|#4|1|pay|default|LOST|" + hour + "|dead",
                                "1000|20|#3|1|pay|default|SUCCEEDED|" + hour + "|alive",
                                "500|20|#1|2|mail|default|SUCCEEDED|" + hour.minusSeconds(3600) + "|alive",
                                "200|20|#2|1|mail|default|FAILED|" + hour.minusSeconds(3600) + "|alive",
                                "100|20|#1|1|mail|default|FAILED|" + hour.minusSeconds(3720) + "|alive"),
                        known("slowest-actions", "pay|1|1000|20|1|0.5556", "mail|3|266.7|20|0.8|0.4444"),
                        known(
                                "stuck",
                                "held without a lease|~600|#14|mail|default|1|dead",
                                "due but waiting|~300|#15|mail|default|1|",
                                "no node offers it|~7200|#11|pay|default|1|",
                                "runs long|~1200|#13|mail|default|1|alive"),
                        known(
                                "throughput-by-hour",
                                hour + "|2|1|0|1|20|2000",
                                hour.minusSeconds(3600) + "|2|1|1|0|20|350",
                                hour.minusSeconds(7200) + "|1|0|1|0|20|100"),
                        known(
                                "throughput-by-minute",
                                Map.of("minutes", "1440"),
                                hour + "|2|1|0|1|20|2000",
                                hour.minusSeconds(3600) + "|2|1|1|0|20|350",
                                hour.minusSeconds(3720) + "|1|0|1|0|20|100"),
                        known("throughput-by-hour", Map.of("hours", "48", "queue", "bulk"), "*|4|3|1|0|20|100"),
                        known("queue-depth", Map.of("queue", "bulk"), "bulk|false|0|0|0|0|0||"),
                        known("queue-depth", Map.of("queue", "default' or 'a'='a")),
                        known("slowest", Map.of("action", "pay", "top", "1"), "3000|20|#4|1|pay|default|LOST|*|dead"),
                        known("failures-by-error", Map.of("action", "pay")),
                        known("failures-by-error", Map.of("action", "'; drop table escapement.live; --")),
                        known("oldest-waiting", Map.of("top", "1"), "#11|pay|default|MEDIUM|~7200|1|false"))
                .map(known -> {
                    covered.add(known.report());
                    return DynamicTest.dynamicTest(known.report() + " " + known.given(), () -> assertAnswered(known));
                });
    }

    @Test
    void every_file_is_a_report_and_every_report_is_asked_here() {
        assertThat(every_report_answers_what_is_known()).isNotEmpty();

        assertThat(reports.list())
                .extracting(Report::name)
                .containsExactlyElementsOf(covered.stream().sorted().toList());
    }

    @TestFactory
    Stream<DynamicTest> every_report_answers_the_reader_who_may_read_nothing_else() {
        return reports.list().stream()
                .map(report -> DynamicTest.dynamicTest(report.name(), () -> {
                    try (Connection connection = database.connect()) {
                        Sql.update(connection, "set role escapement_reader");
                        connection.setReadOnly(true);
                        try (PreparedStatement statement = connection.prepareStatement(report.sql())) {
                            List<String> values = report.values(Map.of());
                            for (int i = 0; i < values.size(); i++) {
                                statement.setObject(i + 1, values.get(i), Types.OTHER);
                            }
                            try (ResultSet rows = statement.executeQuery()) {
                                assertThat(rows.next()).isTrue();
                            }
                        }
                    }
                }));
    }

    @Test
    void the_reader_may_read_the_views_alone() throws SQLException {
        try (Connection connection = database.connect()) {
            Sql.update(connection, "set role escapement_reader");

            assertThatThrownBy(() ->
                            Sql.update(connection, "create table escapement.mine as select * from escapement.task"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied for schema escapement");
            assertThatThrownBy(() -> Sql.update(connection, "delete from report.nodes"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> Sql.update(connection, "create view report.mine as select 1"))
                    .hasMessageContaining("permission denied for schema report");
        }
        assertThat(Sql.texts(
                        database,
                        "select c.relname from pg_class c where c.relnamespace = 'report'::regnamespace and c.relkind = 'v'"
                                + " and not has_table_privilege('escapement_reader', c.oid, 'select')"))
                .isEmpty();
    }

    @Test
    void a_report_cannot_write() {
        Report writes = report("with gone as (delete from escapement.approval returning id) select id from gone");

        assertThatThrownBy(() -> reports.ask(writes, Map.of(), 10))
                .rootCause()
                .hasMessageContaining("in a read-only transaction");
    }

    @Test
    void a_report_that_takes_too_long_is_stopped_and_says_nothing() {
        ReportStore hurried = new ReportStore(pool, Duration.ofMillis(50));

        assertThat(hurried.ask(report("select pg_sleep(60)"), List.of(), 10)).isEmpty();
        assertThat(hurried.ask(report("select 1 as id"), List.of(), 10)).isPresent();
    }

    @Test
    void no_more_rows_are_answered_than_asked_for() {
        Report three = report("select generate_series(1, 3) as id");

        assertThat(reports.ask(three, Map.of(), 2).rows()).hasSize(2);
        assertThat(reports.ask(three, Map.of(), 2).more()).isTrue();
        assertThat(reports.ask(three, Map.of(), 3).more()).isFalse();
    }

    private static Report report(String sql) {
        return new Report("x", "x", "x?", null, List.of(), List.of("id"), sql, List.of());
    }

    private static void assertAnswered(Known known) {
        Report report = reports.find(known.report()).orElseThrow();

        ReportAnswer answer = reports.ask(report, known.given(), 1000);

        assertThat(answer.columns()).extracting(ReportAnswer.Column::name).isEqualTo(report.columns());
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < answer.rows().size(); i++) {
            rows.add(text(
                    answer.rows().get(i), i < known.rows().size() ? known.rows().get(i) : ""));
        }
        assertThat(rows).isEqualTo(known.rows());
    }

    /** The row as {@code wanted} writes it: where it takes any value or a time that goes on, so does this. */
    private static String text(List<@Nullable Object> row, String wanted) {
        String[] cells = wanted.split("\\|", -1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            Object value = row.get(i);
            String text = value instanceof BigDecimal number ? number.toPlainString() : Objects.toString(value, "");
            String cell = i < cells.length ? cells[i] : "";
            texts.add(cell.equals("*") || cell.startsWith("~") && isNear(cell.substring(1), text) ? cell : text);
        }
        return texts.stream().map(ReportsDbTest::named).collect(Collectors.joining("|"));
    }

    private static boolean isNear(String seconds, String text) {
        return !text.isEmpty() && Math.abs(Double.parseDouble(text) - Double.parseDouble(seconds)) < SOME_SECONDS;
    }

    private static String named(String text) {
        String result = text;
        for (int i = 17; i > 0; i--) {
            result = result.replace(Long.toString(base + i), "#" + i);
        }
        return result;
    }

    private static Known known(String report, String... rows) {
        return known(report, Map.of(), rows);
    }

    private static Known known(String report, Map<String, String> given, String... rows) {
        return new Known(report, given, List.of(rows));
    }

    private record Known(String report, Map<String, String> given, List<String> rows) {}
}
