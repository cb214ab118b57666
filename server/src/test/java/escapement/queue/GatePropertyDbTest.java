package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Whatever people do at the same time, on two nodes of which one is started anew again and again: no task that rules
 * apply to starts without a decision that let it, made under a policy that was in force when it started.
 */
class GatePropertyDbTest {
    private static final int TASKS = 300;
    private static final int CLIENTS = 6;
    private static final int STEPS = 60;
    private static final List<String> RISKS = List.of("LOW", "MEDIUM", "HIGH");
    private static final List<String> CONFIDENCES = List.of("null", "0", "0.3", "0.6", "0.69999", "0.7", "0.9", "1");

    private final long seed = Long.getLong("escapement.seed", new Random().nextLong());

    // what ran: the parameters that the action was given
    private final ConcurrentLinkedQueue<Ran> ran = new ConcurrentLinkedQueue<>();

    @Test
    void nothing_starts_that_the_policy_in_force_did_not_let_start() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            List<String> ids;
            try (TestServer steady = node(database)) {
                ids = submit(steady);
                try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                    List<Future<?>> work = new ArrayList<>();
                    for (int i = 0; i < CLIENTS; i++) {
                        Random random = new Random(seed + i);
                        work.add(clients.submit(() -> act(steady, ids, random)));
                    }
                    work.add(clients.submit(() -> restart(database)));
                    for (Future<?> each : work) {
                        each.get();
                    }
                }
                put(steady, new Random(seed), "[]"); // lets everything that is held go on
                Eventually.within(
                        Duration.ofSeconds(30),
                        () -> assertThat(Sql.number(database, "select count(*) from escapement.live"))
                                .as("seed %d", seed)
                                .isZero());
            }
            Verified.invariantsHold(database);
            assertThat(startedWithout(database)).as("seed %d", seed).isEmpty();
            assertThat(Sql.number(database, "select count(*) from escapement.gate_decision where decision = 'HOLD'"))
                    .as("seed %d", seed)
                    .isPositive();
            assertThat(ranWithOtherParameters(database)).as("seed %d", seed).isEmpty();
            assertThat(ran).as("seed %d", seed).hasSizeGreaterThan(TASKS / 3);
        }
    }

    private TestServer node(TestDatabase database) {
        return TestServer.start(database, new TestAction("risky", context -> {
            ran.add(new Ran(
                    context.taskId(),
                    context.attempt(),
                    context.params().path("n").asInt()));
            return context.attempt() % 3 == 1 ? new Outcome.Failed("once more", true) : new Outcome.Succeeded(null);
        }));
    }

    private List<String> submit(TestServer server) {
        Random random = new Random(seed);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            ids.add(server.submit("""
                    {"action_name":"risky","action_params":{"n":0},"risk_level":"%s","confidence_score":%s,"reversible":%s,
                     "delay_seconds":%s,"retry":{"first_seconds":0.05},"max_attempts":5}""".formatted(
                    any(RISKS, random), any(CONFIDENCES, random), random.nextBoolean(), random.nextInt(30) / 10.0)));
        }
        return ids;
    }

    private void act(TestServer server, List<String> ids, Random random) {
        for (int step = 0; step < STEPS; step++) {
            String id = any(ids, random);
            switch (random.nextInt(8)) {
                case 0 -> put(server, random, rules(random));
                case 1, 2, 3 -> approve(server, id, random);
                case 4 -> server.post("/api/v1/tasks/" + id + "/reject", "{\"reason\":\"no\"}");
                case 5 ->
                    server.post(
                            "/api/v1/tasks/" + id + "/confidence",
                            "{\"reason\":\"so\",\"confidence_score\":%s}".formatted(random.nextInt(11) / 10.0));
                case 6 -> edit(server, id, random);
                default -> server.post("/api/v1/tasks/" + id + "/retry", "{\"reason\":\"again\"}");
            }
        }
    }

    private static void put(TestServer server, Random random, String rules) {
        Answer answer;
        do {
            int version =
                    server.get("/api/v1/policy").is(200).json().path("version").intValue();
            answer = server.put(
                    "/api/v1/policy", "{\"version\":%d,\"reason\":\"chance\",\"rules\":%s}".formatted(version, rules));
        } while (answer.status() == 409);
        answer.is(200);
    }

    private static String rules(Random random) {
        List<String> rules = new ArrayList<>();
        for (String risk : RISKS) {
            if (risk.equals("HIGH") || random.nextBoolean()) {
                rules.add("""
                        {"risk_level":"%s","minimum_confidence":%s,"reject_below":%s,"approvals":%d,"hold_irreversible":%s,"always_hold":%s,
                         "effect":"%s"}""".formatted(
                                risk,
                                any(List.of("0.3", "0.7", "0.95"), random),
                                any(List.of("null", "0.2"), random),
                                random.nextInt(2),
                                random.nextBoolean(),
                                random.nextInt(5) == 0,
                                any(List.of("hold", "hold", "hold", "dry_run"), random)));
            }
        }
        return rules.toString();
    }

    private static void approve(TestServer server, String id, Random random) {
        JsonNode digest = server.task(id).path("payload_digest");
        if (digest.isTextual()) {
            server.post(
                    "/api/v1/tasks/" + id + "/approve",
                    "{\"reason\":\"fine\",\"payload_digest\":\"%s\",\"dry_run\":%s}"
                            .formatted(digest.textValue(), random.nextInt(4) == 0));
        }
    }

    private static void edit(TestServer server, String id, Random random) {
        int version = server.task(id).path("version").intValue();
        server.patch(
                "/api/v1/tasks/" + id,
                "{\"version\":%d,\"reason\":\"edit\",\"action_params\":{\"n\":%d}}"
                        .formatted(version, 1 + random.nextInt(1000)));
    }

    private void restart(TestDatabase database) {
        for (int i = 0; i < 3; i++) {
            try (TestServer passing = node(database)) {
                passing.get("/readyz").is(200);
            }
        }
    }

    /** Attempts at a level of risk that had rules throughout, HIGH, that no decision let start under a policy in force then. */
    private static List<String> startedWithout(TestDatabase database) {
        return Sql.texts(database, """
                select a.task_id || ' attempt ' || a.attempt || ' policy ' || coalesce(a.policy_version::text, '-')
                  from escapement.attempt a
                 where a.risk_level = 'HIGH'
                   and not exists (
                       select from escapement.gate_decision d
                         join escapement.policy p on p.version = d.policy_version
                         left join escapement.policy next on next.version = p.version + 1
                        where d.task_id = a.task_id and d.policy_version = a.policy_version and d.decision in ('RUN', 'DRY_RUN')
                          and d.at <= a.started_at
                          and coalesce(next.created_at, 'infinity') > a.started_at - interval '1 s')
                   and coalesce((select p.rules <> '[]' from escapement.policy p where p.version = a.policy_version), true)""");
    }

    /** What ran with other parameters than those that the last decision before it was about. */
    private List<Ran> ranWithOtherParameters(TestDatabase database) {
        return ran.stream()
                .filter(one -> Sql.number(database, """
                        select count(*)
                          from escapement.attempt a
                          join escapement.task t on t.id = a.task_id
                          join lateral (select d.payload_digest from escapement.gate_decision d
                                         where d.task_id = a.task_id and d.at <= a.started_at and d.decision not in ('HOLD', 'REJECT')
                                         order by d.id desc limit 1) d on true
                         where a.task_id = ? and a.attempt = ? and a.risk_level = 'HIGH'
                           and exists (select from escapement.policy p where p.version = a.policy_version and p.rules <> '[]')
                           and d.payload_digest <> escapement.payload_digest(t.id, t.action, t.risk_level, jsonb_build_object('n', ?::integer))""", one.task(), one.attempt(), one.n()) > 0)
                .toList();
    }

    private static <T> T any(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private record Ran(long task, int attempt, int n) {}
}
