package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.action.Outcome;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes, and people at both, who want different things of the same tasks at the same moment. */
class WorkflowRaceDbTest {
    private static final String REASON = "{\"reason\":\"because\"}";
    private static final String WITH_DOWNSTREAM = "{\"reason\":\"because\",\"downstream\":true}";
    private static final String CHILDREN_OF_CANCELLED = """
            select count(*) from escapement.task t join escapement.ended p on p.id = t.parent_id
             where t.workflow_id = ? and p.status = 'CANCELLED'
            """;
    private static final TestAction SECOND_TIME = new TestAction(
            "second_time",
            context -> context.attempt() == 1 ? new Outcome.Failed("broken", false) : new Outcome.Succeeded(null));

    private static TestDatabase database;

    private final Verdicts verdicts = new Verdicts();
    private TestServer one;
    private TestServer two;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void invariants() {
        Verified.invariantsHold(database);
        database.close();
    }

    @BeforeEach
    void start() {
        TestServer.Setup setup = TestServer.with().limit(400).actions(verdicts.action(), SECOND_TIME);
        one = setup.start(database);
        two = setup.start(database);
    }

    @AfterEach
    void stop() {
        one.close();
        two.close();
    }

    @Test
    void a_cancel_and_an_end_at_the_same_moment_leave_one_end_and_what_follows_from_it() throws Exception {
        Map<String, String> ids = submit(one, 200, i -> """
                {"ref":"r%1$d","description":"r%1$d","workflow_id":"ends","action_name":"verdict","conditional_branches":[
                   {"condition_type":"success","next_task_template":{"action_name":"echo"}}]},
                {"ref":"c%1$d","description":"c%1$d","workflow_id":"ends","action_name":"echo","on_dependency_failure":"skip",
                   "dependencies":["r%1$d"]},
                {"ref":"x%1$d","description":"x%1$d","workflow_id":"ends","action_name":"echo","on_dependency_failure":"skip",
                   "dependencies":[{"task_id":"r%1$d","required_status":"CANCELLED"}]}""".formatted(i));
        awaitHeld(ids, "r", 200);

        // an end some cancels earlier or later than the task's own, so that some meet whatever the machine is doing
        Map<Integer, List<Callable<Integer>>> acts = new TreeMap<>();
        for (int i = 0; i < 200; i++) {
            String root = ids.get("r" + i);
            TestServer node = i % 2 == 0 ? one : two;
            at(acts, i, () -> post(node, "/api/v1/tasks/" + root + "/cancel", REASON));
            at(acts, i + (i % 10 - 2) * 10, () -> {
                verdicts.give(Long.parseLong(root), 1, new Outcome.Succeeded(null));
                return 200;
            });
        }
        assertThat(together(acts.values().stream().flatMap(List::stream).toList()))
                .isSubsetOf(200, 409);

        settle("ends");
        Map<String, String> statuses = statuses("ends");
        int completed = 0;
        for (int i = 0; i < 200; i++) {
            String end = statuses.get("r" + i);
            assertThat(end).isIn("COMPLETED", "CANCELLED");
            completed += end.equals("COMPLETED") ? 1 : 0;
            assertThat(statuses.get("c" + i)).isEqualTo(end.equals("COMPLETED") ? "COMPLETED" : "SKIPPED");
            assertThat(statuses.get("x" + i)).isEqualTo(end.equals("COMPLETED") ? "SKIPPED" : "COMPLETED");
        }
        assertThat(completed).as("of 200 ends, both kinds are to be seen").isBetween(1, 199);
        assertThat(texts("""
                select distinct t.status || ' ' || a.outcome || ' ' || t.attempt_count
                  from report.tasks t join escapement.attempt a on a.task_id = t.id
                 where t.workflow_id = 'ends' and t.action_name = 'verdict'""")).isSubsetOf("COMPLETED SUCCEEDED 1", "CANCELLED CANCELLED 1");
        assertThat(number(CHILDREN_OF_CANCELLED, "ends")).isZero();
    }

    @Test
    void a_cancelled_workflow_stays_so_whatever_its_branches_add_meanwhile() throws Exception {
        for (int round = 0; round < 4; round++) {
            String workflow = "growing-" + round;
            one.submitMany(150, growing(6).replaceFirst("\\{", "{\"workflow_id\":\"" + workflow + "\","));
            int grown = 1 + 80 * round;
            Eventually.within(
                    Duration.ofSeconds(20),
                    () -> assertThat(statuses(workflow, "COMPLETED")).isGreaterThanOrEqualTo(grown));
            String cancel = "/api/v1/workflows/" + workflow + "/cancel";

            assertThat(together(List.of(() -> post(one, cancel, REASON), () -> post(two, cancel, REASON))))
                    .containsOnly(200);

            settle(workflow);
            assertThat(statuses(workflow).values())
                    .hasSizeBetween(
                            grown, 6 * 150 - 1) // one that ends before it hears of the cancel has no sequel either
                    .isSubsetOf("COMPLETED", "CANCELLED");
            assertThat(number(CHILDREN_OF_CANCELLED, workflow)).isZero();
        }
    }

    /** A task that makes another, and so on. */
    private static String growing(int generations) {
        return """
                {"action_name":"sleep","action_params":{"milliseconds":60},"conditional_branches":[%s]}""".formatted(
                generations == 1
                        ? ""
                        : "{\"condition_type\":\"success\",\"next_task_template\":" + growing(generations - 1) + "}");
    }

    @Test
    void of_two_retries_at_the_same_moment_one_wins_and_everything_runs_once_more() throws Exception {
        Map<String, String> ids = submit(one, 150, i -> """
                {"ref":"a%1$d","description":"a%1$d","workflow_id":"again","action_name":"second_time","max_attempts":1},
                {"ref":"b%1$d","description":"b%1$d","workflow_id":"again","action_name":"echo","dependencies":["a%1$d"],
                   "on_dependency_failure":"skip"},
                {"ref":"c%1$d","description":"c%1$d","workflow_id":"again","action_name":"echo","dependencies":["b%1$d"],
                   "on_dependency_failure":"skip"}""".formatted(i));
        settle("again");

        List<Callable<Integer>> acts = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            String retry = "/api/v1/tasks/" + ids.get("a" + i) + "/retry";
            acts.add(() -> post(one, retry, WITH_DOWNSTREAM));
            acts.add(() -> post(two, retry, WITH_DOWNSTREAM));
        }
        List<Integer> answers = together(acts);

        assertThat(answers.stream().filter(answer -> answer == 200)).hasSize(150);
        assertThat(answers.stream().filter(answer -> answer == 409)).hasSize(150);
        settle("again");
        assertThat(statuses("again").values()).containsOnly("COMPLETED");
        assertThat(texts("""
                select distinct left(t.description, 1) || ' ' || t.attempt_count || ' ' || x.counted_after
                  from report.tasks t join escapement.task x on x.id = t.id
                 where t.workflow_id = 'again' order by 1""")).containsExactly("a 2 1", "b 1 0", "c 1 0");
    }

    @Test
    void dependents_submitted_while_their_failed_upstream_is_run_again_are_not_forgotten() throws Exception {
        for (int round = 0; round < 10; round++) {
            String workflow = "late-" + round;
            String upstream = one.submit(
                    "{\"action_name\":\"second_time\",\"max_attempts\":1,\"workflow_id\":\"%s\"}".formatted(workflow));
            one.await(upstream, "FAILED");
            String dependent = "{\"action_name\":\"echo\",\"dependencies\":[\"%s\"],\"workflow_id\":\"%s\"}"
                    .formatted(upstream, workflow);

            together(List.of(
                    () -> two.submitMany(500, dependent).size(),
                    () -> post(one, "/api/v1/tasks/" + upstream + "/retry", REASON)));

            settle(workflow);
            assertThat(statuses(workflow, "COMPLETED")).as(workflow).isEqualTo(501);
        }
    }

    @Test
    void a_retry_and_a_cancel_at_the_same_moment_leave_the_task_run_or_cancelled() throws Exception {
        List<String> ids =
                one.submitMany(200, "{\"action_name\":\"echo\",\"delay_seconds\":600,\"workflow_id\":\"to-and-fro\"}");
        assertThat(post(one, "/api/v1/workflows/to-and-fro/cancel", REASON)).isEqualTo(200);

        List<Callable<Integer>> acts = new ArrayList<>();
        for (String id : ids) {
            acts.add(() -> post(one, "/api/v1/tasks/" + id + "/retry", REASON));
            acts.add(() -> post(two, "/api/v1/tasks/" + id + "/cancel", REASON));
        }
        assertThat(together(acts)).isSubsetOf(200, 409);

        settle("to-and-fro");
        assertThat(texts("""
                select distinct t.status || ' ' || t.attempt_count || ' ' || coalesce(a.outcome::text, '-')
                  from report.tasks t left join escapement.attempt a on a.task_id = t.id
                 where t.workflow_id = 'to-and-fro'""")).isSubsetOf("COMPLETED 1 SUCCEEDED", "CANCELLED 1 CANCELLED", "CANCELLED 0 -");
    }

    @Test
    void two_submits_that_name_the_same_waiting_task_both_hold_it() throws Exception {
        String gate = one.submit("{\"action_name\":\"verdict\",\"workflow_id\":\"gate\"}");
        for (String condition : List.of("success", "failure")) {
            String workflow = "held-" + condition;
            List<String> targets = one.submitMany(100, """
                    {"action_name":"echo","dependencies":["%s"],"workflow_id":"%s"}""".formatted(gate, workflow));
            List<Callable<Integer>> acts = new ArrayList<>();
            for (String target : targets) {
                String source = """
                        {"action_name":"echo","workflow_id":"%s","conditional_branches":[
                           {"condition_type":"%s","next_task_id":"%s"}]}""".formatted(workflow, condition, target);
                acts.add(() -> post(one, "/api/v1/tasks", source));
                acts.add(() -> post(two, "/api/v1/tasks", source));
            }
            // the second is refused when nothing is left to hold: the first has ended without taking it
            assertThat(together(acts)).isSubsetOf(201, 400).contains(201);
        }
        verdicts.give(Long.parseLong(gate), 1, new Outcome.Succeeded(null));

        settle("held-success");
        settle("held-failure");
        assertThat(statuses("held-success").values()).containsOnly("COMPLETED");
        assertThat(texts("""
                select distinct status || ' ' || coalesce(reason, '-') from report.tasks
                 where workflow_id = 'held-failure'
                   and exists (select from escapement.branch_target b where b.target = id)""")).containsExactly("SKIPPED no branch took it");
    }

    @Test
    void other_nodes_go_on_with_a_graph_when_one_stops_in_the_middle() {
        TestServer stopping = TestServer.start(database);
        submit(stopping, 75, i -> """
                {"ref":"a%1$d","action_name":"sleep","action_params":{"milliseconds":15},"workflow_id":"diamonds"},
                {"ref":"b%1$d","action_name":"sleep","action_params":{"milliseconds":15},"workflow_id":"diamonds","dependencies":["a%1$d"]},
                {"ref":"c%1$d","action_name":"sleep","action_params":{"milliseconds":25},"workflow_id":"diamonds","dependencies":["a%1$d"]},
                {"ref":"d%1$d","action_name":"echo","workflow_id":"diamonds","dependencies":["b%1$d","c%1$d"]}""".formatted(i));
        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(statuses("diamonds", "COMPLETED")).isPositive());

        stopping.close();

        two.get("/api/v1/workflows/diamonds/wait?timeout_seconds=60").is(200);
        assertThat(statuses("diamonds", "COMPLETED")).isEqualTo(300);
        assertThat(number("""
                select count(*) from escapement.attempt a join escapement.task t on t.id = a.task_id
                 where t.workflow_id = 'diamonds' and a.outcome = 'SUCCEEDED'""")).isEqualTo(300);
    }

    private static <T> void at(Map<Integer, List<T>> byPlace, int place, T one) {
        byPlace.computeIfAbsent(place, absent -> new ArrayList<>()).add(one);
    }

    /** Does all of this at once, on as many threads as make a crowd. */
    private static <T> List<T> together(Collection<Callable<T>> acts) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<T> results = new ArrayList<>();
            for (Future<T> act : threads.invokeAll(acts)) {
                results.add(act.get());
            }
            return results;
        }
    }

    private static int post(TestServer server, String path, String body) {
        Answer answer = server.post(path, body);
        assertThat(answer.status()).as(answer.text()).isLessThan(500);
        return answer.status();
    }

    private static Map<String, String> submit(TestServer server, int times, IntFunction<String> tasks) {
        Map<String, String> ids = new HashMap<>();
        String all = IntStream.range(0, times).mapToObj(tasks).collect(Collectors.joining(","));
        server.post("/api/v1/tasks/batch", "{\"tasks\":[" + all + "]}")
                .is(201)
                .json()
                .path("tasks")
                .forEach(task ->
                        ids.put(task.path("ref").asText(), task.path("id").asText()));
        return ids;
    }

    private void awaitHeld(Map<String, String> ids, String prefix, int count) {
        Eventually.within(
                Duration.ofSeconds(30),
                () -> assertThat(IntStream.range(0, count)
                                .mapToLong(i -> Long.parseLong(ids.get(prefix + i)))
                                .filter(id -> verdicts.isHeld(id, 1)))
                        .hasSize(count));
    }

    private void settle(String workflow) {
        two.get("/api/v1/workflows/" + workflow + "/wait?timeout_seconds=60").is(200);
    }

    /** By description. */
    private static Map<String, String> statuses(String workflow) {
        return texts(
                        "select coalesce(description, id::text) || ' ' || status from report.tasks where workflow_id = ?",
                        workflow)
                .stream()
                .map(row -> row.split(" "))
                .collect(Collectors.toMap(row -> row[0], row -> row[1]));
    }

    private static long statuses(String workflow, String status) {
        return number("select count(*) from report.tasks where workflow_id = ? and status::text = ?", workflow, status);
    }

    private static List<String> texts(String sql, Object... parameters) {
        return Sql.texts(database, sql, parameters);
    }

    private static long number(String sql, Object... parameters) {
        return Sql.number(database, sql, parameters);
    }
}
