package escapement.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.Role;
import escapement.calibration.FillStore;
import escapement.calibration.World;
import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.People;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * A server as its operators leave it: a history of a hundred days, tasks of every status, a workflow, tasks that wait for
 * people, a paused queue, maps, a changed policy, people.
 */
final class Filled {
    private static final int HISTORY = 8000;

    private final Recorder recorder = new Recorder();
    private final TestServer server;

    /** By what they are there for, such as {@code failed}. */
    private Map<String, String> ids = Map.of();

    /** Fills an empty database. */
    static Filled in(TestDatabase empty) {
        try (Database pool = empty.open()) {
            new FillStore(pool).fill(World.OVERCONFIDENT, 11, HISTORY, 100, made -> {});
        }
        return new Filled(empty);
    }

    private Filled(TestDatabase database) {
        server = TestServer.with()
                .page()
                .actions(
                        recorder.actions()[0],
                        recorder.actions()[1],
                        TestAction.noop("mail.send"),
                        TestAction.noop("refund.pay"),
                        new TestAction("report.build", context -> {
                            context.progress(0.4, "reading the ledger");
                            context.log("ledger of 2026 opened");
                            context.log("12 accounts, 9007199254740993 cents");
                            throw new IllegalStateException(
                                    "the ledger of 2026-11 is locked by the month's close\nsee the accountants");
                        }))
                .start(database);
        workflow();
        held();
        paused();
        maps();
        // long enough ago for drift
        Sql.update(database, "update escapement.calibration_publication set at = at - interval '20 days'");
        policy();
        new People(server).issue("ana@example.com", Role.OPERATOR, Role.APPROVER);
        settle();
    }

    TestServer server() {
        return server;
    }

    String id(String name) {
        return ids.get(name);
    }

    private void workflow() {
        ids = server.submitBatch("""
                {"tasks":[
                {"ref":"fetched","action_name":"echo","action_params":{"value":{"invoice":9007199254740993,"total":"12.50"}},"description":"Fetch the invoice 4711","workflow_id":"order-4711","confidence_score":0.97},
                {"ref":"failed","action_name":"report.build","description":"Build the month's report","workflow_id":"order-4711","risk_level":"MEDIUM","confidence_score":0.9,"max_attempts":2,"retry":{"first_seconds":0.1},"queue":"reports","priority":"HIGH","metadata":{"month":"2026-11"}},
                {"ref":"blocked","action_name":"mail.send","description":"Send the report","workflow_id":"order-4711","dependencies":["failed"]},
                {"ref":"skipped","action_name":"mail.send","description":"Tell the accountants","workflow_id":"order-4711","dependencies":["failed"],"on_dependency_failure":"SKIP"},
                {"ref":"branched","action_name":"echo","action_params":{"value":7},"description":"Count the open invoices","workflow_id":"order-4711","dependencies":["fetched"],"conditional_branches":[{"condition_type":"success","next_task_template":{"action_name":"echo","action_params":{"value":"counted"},"description":"Write the count down"}}]},
                {"ref":"running","action_name":"hold","action_params":{"name":"a long one"},"description":"Move the archive","workflow_id":"order-4711","queue":"archive"},
                {"ref":"retrying","action_name":"report.build","description":"Build the year's report","queue":"reports","max_attempts":9,"retry":{"first_seconds":86400}},
                {"ref":"later","action_name":"mail.send","description":"Wish a good new year","queue":"mail","delay_seconds":3024000},
                {"ref":"cancelled","action_name":"mail.send","description":"Send the newsletter","queue":"mail","delay_seconds":3600},
                {"ref":"late","action_name":"hold","action_params":{"name":"late"},"description":"Answer the tax office","queue":"archive","deadline_at":"%s"}
                ]}""".formatted(Instant.now().plusSeconds(2)));
        server.post("/api/v1/tasks/" + ids.get("cancelled") + "/cancel", "{\"reason\":\"the text was wrong\"}")
                .is(200);
        for (int i = 0; i < 30; i++) {
            server.submit("echo", "{\"value\":" + i + "}");
        }
    }

    private void held() {
        server.submitMany(
                6,
                "{\"action_name\":\"mail.send\",\"description\":\"Remind of an unpaid invoice\",\"risk_level\":\"HIGH\",\"confidence_score\":0.45,\"queue\":\"mail\"}");
        Map<String, String> more = server.submitBatch("""
                {"tasks":[
                {"ref":"held","action_name":"refund.pay","action_params":{"order":4711,"amount":"129.90","currency":"EUR"},"description":"Pay the refund of order 4711","risk_level":"HIGH","confidence_score":0.62,"queue":"payments","reasoning":"The customer sent the goods back on Friday; the parcel was scanned in Leipzig.","alternatives":["a voucher","ask the customer"],"reversible":false,"undo":"book the amount back by hand"},
                {"ref":"after","action_name":"mail.send","description":"Tell the customer","dependencies":["held"],"queue":"mail"}
                ]}""");
        Map<String, String> all = new TreeMap<>(ids);
        all.putAll(more);
        ids = Map.copyOf(all);
    }

    private void paused() {
        server.submitMany(3, "{\"action_name\":\"mail.send\",\"queue\":\"letters\",\"delay_seconds\":1}");
        server.post(
                        "/api/v1/holds",
                        "{\"scope\":\"QUEUE\",\"queue\":\"letters\",\"reason\":\"the printer is out of paper\"}")
                .is(201);
    }

    private void maps() {
        Eventually.within(
                Duration.ofSeconds(30),
                () -> assertThat(server.get("/api/v1/calibration/summary")
                                .is(200)
                                .json()
                                .path("n")
                                .intValue())
                        .isGreaterThan(HISTORY / 2));
        JsonNode fits =
                server.post("/api/v1/calibration/maps/fit", "{}").is(200).json();
        String version = fits.path("items").path(0).path("version").asText();
        server.post(
                        "/api/v1/calibration/maps/" + version + "/publish",
                        "{\"reason\":\"eight thousand outcomes say so\"}")
                .is(200);
    }

    private void policy() {
        int version =
                server.get("/api/v1/policy").is(200).json().path("version").intValue();
        server.put("/api/v1/policy", """
                {"version":%d,"reason":"refunds need a second look","rules":[
                {"risk_level":"LOW"},
                {"risk_level":"MEDIUM","minimum_confidence":0.4},
                {"risk_level":"HIGH","minimum_confidence":0.7},
                {"risk_level":"HIGH","action":"refund.pay","minimum_confidence":0.9,"statistic":"calibrated","approvals":2,"expires_after_seconds":86400}]}""".formatted(version)).is(200);
    }

    /** Until every status has its tasks, and the counts say so. */
    private void settle() {
        Eventually.within(Duration.ofSeconds(30), () -> {
            assertThat(server.task(id("failed")).path("status").asText()).isEqualTo("FAILED");
            assertThat(server.task(id("branched")).path("status").asText()).isEqualTo("COMPLETED");
            assertThat(server.metrics().path("by_status"))
                    .allSatisfy(count -> assertThat(count.longValue())
                            .as("%s", server.metrics().path("by_status"))
                            .isPositive());
            assertThat(server.count("PENDING")).isEqualTo(3);
        });
    }

    /** Lets what runs go on to its end; for before the server is closed. */
    void release() {
        recorder.release();
    }
}
