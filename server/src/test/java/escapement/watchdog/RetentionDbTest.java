package escapement.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.action.Outcome;
import escapement.db.Database;
import escapement.migrations.Partitions;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes when it is old enough, and what never does. Tasks become old by a move of all that is known of them. */
class RetentionDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Keep A_MONTH = new Keep(30, null, null, null);
    private static final List<String> OF_A_TASK = List.of(
            "task.id",
            "ended.id",
            "attempt.task_id",
            "attempt_log.task_id",
            "attempt_progress.task_id",
            "gate_decision.task_id",
            "event.task_id",
            "moment.task_id",
            "branch_result.task_id",
            "branch_target.source",
            "branch_target.target",
            "dependency.upstream",
            "dependency.downstream",
            "idempotency.task_id",
            "approval.task_id",
            "live.id",
            "branch_result.task_to",
            "task.parent_id");

    private final TestDatabase database = TestDatabase.create();
    private final TestAction chatty = new TestAction("chatty", context -> {
        context.log("a line");
        context.progress(0.5, "half");
        return new Outcome.Succeeded(null);
    });
    private Database pool;
    private TestServer server;

    @BeforeEach
    void start() {
        pool = database.open();
        server = TestServer.with().actions(chatty).keep(new Keep(30, 90, 7, 7)).start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        pool.close();
        database.close();
    }

    @Test
    void each_status_goes_after_its_own_days_by_the_servers_own_job() {
        String completed = ended("{\"action_name\":\"chatty\",\"idempotency_key\":\"k\"}", "COMPLETED");
        String young = ended("{\"action_name\":\"echo\"}", "COMPLETED");
        String failed = ended("{\"action_name\":\"fail\",\"max_attempts\":1}", "FAILED");
        String oldFailed =
                ended("{\"action_name\":\"fail\",\"max_attempts\":2,\"retry\":{\"first_seconds\":0.1}}", "FAILED");
        String skipped = ended(
                "{\"action_name\":\"echo\",\"start_by\":\"2026-01-01T00:00:00Z\",\"delay_seconds\":60}", "SKIPPED");
        String cancelled = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        server.post("/api/v1/tasks/" + cancelled + "/cancel", "{\"reason\":\"not wanted\"}")
                .is(200);
        String oldCompleted = backdate(40, completed).getFirst();
        String youngCompleted = backdate(20, young).getFirst();
        String stays = backdate(40, failed).getFirst();
        String goes = backdate(100, oldFailed).getFirst();
        List<String> others = backdate(10, skipped, cancelled);

        Sql.update(
                database,
                "update quartz.qrtz_triggers set next_fire_time = (extract(epoch from now()) * 1000)::bigint where trigger_name = 'RetentionJob'");
        Eventually.within(
                PATIENCE,
                () -> assertThat(server.metrics().path("removed_tasks").intValue())
                        .isEqualTo(4));

        for (String id : List.of(oldCompleted, goes, others.get(0), others.get(1))) {
            server.get("/api/v1/tasks/" + id).is(404);
            assertThat(mentions(id)).isEmpty();
        }
        assertThat(server.task(stays).path("status").asText()).isEqualTo("FAILED");
        assertThat(server.task(youngCompleted).path("status").asText()).isEqualTo("COMPLETED");
        assertThat(Sql.number(database, "select count(*) from escapement.idempotency"))
                .isZero();
        assertThat(server.metrics().path("total_tasks").intValue()).isEqualTo(6);
        assertThat(server.metrics().path("completed_tasks").intValue()).isEqualTo(1);
        assertThat(server.metrics().path("total_executed").intValue()).isEqualTo(5);
        assertThat(server.get("/metrics").text()).contains("escapement_tasks_removed_total 4.0");
        Verified.invariantsHold(database);
    }

    @Test
    void a_workflow_stays_while_one_of_its_tasks_is_open_or_younger_and_then_goes_as_a_whole() {
        Map<String, String> ids = server.submitBatch("""
                {"tasks": [{"ref": "a", "action_name": "echo"}, {"ref": "b", "action_name": "echo", "dependencies": [{"task_id": "a"}]},
                           {"ref": "c", "action_name": "echo", "delay_seconds": 3600, "dependencies": [{"task_id": "b"}]}]}""");
        server.await(ids.get("b"), "COMPLETED");
        List<String> old = backdate(40, ids.get("a"), ids.get("b"));

        retention(A_MONTH).runOnce();

        assertThat(tasks()).isEqualTo(3);

        server.post("/api/v1/tasks/" + ids.get("c") + "/cancel", "{\"reason\":\"not wanted\"}")
                .is(200);
        retention(A_MONTH).runOnce();
        retention(new Keep(30, null, null, 30)).runOnce();
        assertThat(tasks()).as("the last one is young").isEqualTo(3);

        backdate(40, ids.get("c"));
        retention(A_MONTH).runOnce();
        assertThat(tasks()).as("cancelled ones are kept").isEqualTo(3);
        retention(new Keep(30, null, null, 30)).runOnce();

        assertThat(tasks()).isZero();
        assertThat(mentions(old.getFirst())).isEmpty();
        Verified.invariantsHold(database);
    }

    @Test
    void what_a_branch_made_goes_with_its_parent_and_not_before() {
        String parent = ended("""
                {"action_name": "echo", "action_params": {"value": 1},
                 "conditional_branches": [{"condition_type": "success", "next_task_template": {"action_name": "echo", "delay_seconds": 3600}}]}""", "COMPLETED");
        String child = Sql.texts(database, "select id::text from escapement.task where parent_id = " + parent)
                .getFirst();
        Sql.update(
                database,
                "update escapement.task set workflow_id = ? where id = " + child,
                Long.toString(Long.parseLong(parent) - (40L << 40)));
        List<String> moved = backdate(40, parent, child);

        retention(A_MONTH).runOnce();

        assertThat(tasks()).isEqualTo(2);

        server.post("/api/v1/tasks/" + moved.get(1) + "/cancel", "{\"reason\":\"not wanted\"}")
                .is(200);
        Sql.update(
                database,
                "update escapement.ended set completed_at = completed_at - interval '40 days' where id = "
                        + moved.get(1));
        retention(A_MONTH).runOnce();
        assertThat(tasks()).isEqualTo(2);
        retention(new Keep(30, null, null, 30)).runOnce();
        assertThat(tasks()).isZero();
        Verified.invariantsHold(database);
    }

    @Test
    void what_an_open_task_of_another_workflow_depends_on_stays() {
        String upstream = ended("{\"action_name\":\"echo\"}", "COMPLETED");
        String open = server.submit(
                "{\"action_name\":\"echo\",\"delay_seconds\":3600,\"dependencies\":[{\"task_id\":\"%s\"}]}"
                        .formatted(upstream));
        upstream = backdate(40, upstream).getFirst();

        retention(A_MONTH).runOnce();

        assertThat(server.task(upstream).path("status").asText()).isEqualTo("COMPLETED");
        server.post("/api/v1/tasks/" + open + "/cancel", "{\"reason\":\"not wanted\"}")
                .is(200);
        retention(A_MONTH).runOnce();
        server.get("/api/v1/tasks/" + upstream).is(404);
        Verified.invariantsHold(database);
    }

    @Test
    void approvals_and_the_audit_are_kept() {
        String held = server.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.2}");
        String digest = server.await(held, "DEFERRED").path("payload_digest").asText();
        server.post(
                        "/api/v1/tasks/" + held + "/approve",
                        "{\"reason\":\"seen\",\"payload_digest\":\"%s\"}".formatted(digest))
                .is(200);
        server.await(held, "COMPLETED");
        long audited = Sql.number(database, "select count(*) from escapement.audit");
        backdate(40, held);

        retention(A_MONTH).runOnce();

        assertThat(tasks()).isZero();
        assertThat(Sql.number(database, "select count(*) from escapement.gate_decision"))
                .isZero();
        assertThat(Sql.number(database, "select count(*) from escapement.approval"))
                .isEqualTo(1);
        assertThat(Sql.number(database, "select count(*) from escapement.audit"))
                .isEqualTo(audited);
        Verified.invariantsHold(database);
    }

    @Test
    void a_month_of_which_nothing_has_to_stay_is_dropped_and_one_of_which_something_has_to_is_not()
            throws SQLException {
        YearMonth dropped = YearMonth.now(ZoneOffset.UTC).minusMonths(4);
        YearMonth kept = dropped.plusMonths(1);
        ensure(dropped);
        server.submitMany(30, "{\"action_name\":\"chatty\",\"queue\":\"mail\"}");
        ended("{\"action_name\":\"chatty\",\"idempotency_key\":\"k\"}", "COMPLETED");
        server.awaitCount(PATIENCE, "COMPLETED", 31);
        List<String> gone = backdate(daysTo(dropped), all());
        List<String> mixed = new ArrayList<>(server.submitMany(5, "{\"action_name\":\"echo\"}"));
        mixed.add(ended("{\"action_name\":\"fail\",\"max_attempts\":1}", "FAILED"));
        server.awaitCount(PATIENCE, "COMPLETED", 36);
        mixed = backdate(daysTo(kept), mixed.toArray(String[]::new));

        retention(A_MONTH).runOnce();

        assertThat(exists("task", dropped)).isFalse();
        assertThat(exists("gate_decision", dropped)).isFalse();
        assertThat(exists("task", kept)).isTrue();
        assertThat(gone).allSatisfy(id -> assertThat(mentions(id)).isEmpty());
        assertThat(server.task(mixed.getLast()).path("status").asText()).isEqualTo("FAILED");
        assertThat(tasks()).isEqualTo(1);
        assertThat(server.metrics().path("removed_tasks").intValue()).isEqualTo(36);
        assertThat(server.metrics().path("total_executed").intValue()).isEqualTo(37);
        assertThat(Sql.number(
                        database,
                        "select tasks from report.removed_tasks where queue = 'mail' and status = 'COMPLETED'"))
                .isEqualTo(30);
        Verified.invariantsHold(database);

        retention(new Keep(30, 30, null, null)).runOnce();
        assertThat(exists("task", kept)).isFalse();
        Verified.invariantsHold(database);
    }

    @Test
    void two_at_once_remove_and_count_everything_once() throws Exception {
        server.submitMany(300, "{\"action_name\":\"echo\"}");
        server.awaitCount(PATIENCE, "COMPLETED", 300);
        backdate(40, all());

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Void> run = () -> {
                retention(A_MONTH).runOnce();
                return null;
            };
            for (Future<Void> each : threads.invokeAll(List.of(run, run))) {
                each.get();
            }
        }

        assertThat(tasks()).isZero();
        assertThat(server.metrics().path("removed_tasks").intValue()).isEqualTo(300);
        Verified.invariantsHold(database);
    }

    @Test
    void the_size_is_steady_however_many_tasks_come() {
        List<String> after = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            server.submitMany(100, "{\"action_name\":\"chatty\"}");
            ended("{\"action_name\":\"chatty\",\"idempotency_key\":\"k" + round + "\"}", "COMPLETED");
            int all = 101 * (round + 1);
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(server.metrics().path("total_succeeded").intValue())
                            .isEqualTo(all));
            // lines and progress are written beside the ends, and are to be moved with them
            Eventually.within(
                    PATIENCE, () -> assertThat(Sql.texts(database, """
                            select (select count(*) from escapement.attempt_log) || ' ' || (select count(*) from escapement.attempt_progress)""")).containsExactly("101 101"));
            backdate(40, all());
            retention(A_MONTH).runOnce();
            after.add(sizes());
        }

        assertThat(after).containsOnly(after.getFirst());
        assertThat(server.metrics().path("removed_tasks").intValue()).isEqualTo(303);
        Verified.invariantsHold(database);
    }

    @Test
    void nothing_is_removed_that_the_counts_have_not_heard_of() throws SQLException {
        try (Connection open = database.connect()) {
            open.setAutoCommit(false);
            Sql.update(open, "insert into escapement.queue (name) values ('of-a-long-transaction')");
            server.submitMany(5, "{\"action_name\":\"echo\"}");
            server.awaitCount(PATIENCE, "COMPLETED", 5);
            Sql.update(database, "update escapement.journal set at = now() - interval '2 hours'");
            moveBack(40, all());

            retention(A_MONTH).runOnce();

            assertThat(tasks()).isEqualTo(5);
        }
    }

    private Retention retention(Keep keep) {
        return new Retention(pool, keep);
    }

    private String ended(String task, String status) {
        String id = server.submit(task);
        server.await(id, status);
        return id;
    }

    private String[] all() {
        return Sql.texts(database, "select id::text from escapement.task order by id")
                .toArray(String[]::new);
    }

    private long tasks() {
        return Sql.number(database, "select count(*) from escapement.task");
    }

    /** Once they are counted. @return their new ids, for an id tells the day */
    private List<String> backdate(int days, String... ids) {
        Eventually.within(PATIENCE, () -> assertThat(Sql.number(database, """
                        select count(*) from escapement.follower f
                          join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq) and j.attempts is not null""")).isZero());
        return moveBack(days, ids);
    }

    private List<String> moveBack(int days, String... ids) {
        for (String column : OF_A_TASK) {
            String[] parts = column.split("\\.");
            Sql.update(
                    database,
                    "update escapement.%s set %s = %2$s - (%d::bigint << 40) where %2$s = any('{%s}'::bigint[])"
                            .formatted(parts[0], parts[1], days, String.join(",", ids)));
        }
        List<String> moved = Arrays.stream(ids)
                .map(id -> Long.toString(Long.parseLong(id) - ((long) days << 40)))
                .toList();
        Sql.update(
                database,
                "update escapement.ended set completed_at = completed_at - interval '%d days' where id = any('{%s}'::bigint[])"
                        .formatted(days, String.join(",", moved)));
        return moved;
    }

    private static int daysTo(YearMonth month) {
        return (int)
                (LocalDate.now(ZoneOffset.UTC).toEpochDay() - month.atDay(10).toEpochDay());
    }

    private void ensure(YearMonth month) throws SQLException {
        try (Connection connection = database.connect()) {
            Partitions.ensure(connection, month);
        }
    }

    private boolean exists(String table, YearMonth month) {
        return Sql.number(
                        database,
                        "select count(to_regclass('escapement.%s_%s'))".formatted(table, Partitions.suffix(month)))
                == 1;
    }

    /** Where something is still said of a task, approvals apart. */
    private List<String> mentions(String id) {
        return OF_A_TASK.stream()
                .filter(column -> !column.startsWith("approval"))
                .filter(column -> Sql.number(
                                database,
                                "select count(*) from escapement.%s where %s = %s"
                                        .formatted(column.split("\\.")[0], column.split("\\.")[1], id))
                        > 0)
                .toList();
    }

    private String sizes() {
        return String.join(
                " ",
                OF_A_TASK.stream()
                        .map(column -> column.split("\\.")[0])
                        .distinct()
                        .map(table -> table + " " + Sql.number(database, "select count(*) from escapement." + table))
                        .toList());
    }
}
