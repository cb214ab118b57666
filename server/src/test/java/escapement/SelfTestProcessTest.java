package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.support.ClientProcess;
import escapement.support.ClientProcess.Said;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code escapement selftest} against a live server, and the report that it leaves. */
class SelfTestProcessTest {
    @TempDir
    Path folder;

    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void five_of_five_tests_pass_on_a_server_as_it_comes() throws IOException {
        Said said = ClientProcess.of(server).run(0, "selftest", "--output", folder.toString());

        assertThat(said.output()).contains("5 of 5 passed").doesNotContain("FAIL  ");
        JsonNode report = report();
        List<String> keys = new ArrayList<>();
        report.fieldNames().forEachRemaining(keys::add);
        assertThat(keys)
                .containsExactly(
                        "timestamp",
                        "total_tests",
                        "passed_tests",
                        "failed_tests",
                        "success_rate",
                        "dry_run_enabled",
                        "phase5_available",
                        "test_results",
                        "validation_checklist");
        assertThat(report.path("total_tests").intValue()).isEqualTo(5);
        assertThat(report.path("passed_tests").intValue()).isEqualTo(5);
        assertThat(report.path("success_rate").doubleValue()).isEqualTo(1.0);
        assertThat(report.path("test_results")).hasSize(5);
        assertThat(report.path("validation_checklist"))
                .isEqualTo(Json.parse("{\"priority_execution\":true,\"dependency_resolution\":true,"
                        + "\"risk_filtering\":true,\"conditional_branching\":true,\"retry_logic\":true}"));
        assertThat(Sql.number(database, "select count(*) from escapement.live"))
                .as("left behind")
                .isZero();
        assertThat(Sql.texts(database, "select distinct queue from report.tasks"))
                .containsExactly("selftest");
        Verified.invariantsHold(database);
    }

    @Test
    void a_gate_that_lets_everything_pass_fails_one_test_and_the_exit_code_says_so() throws IOException {
        String open =
                "{\"version\":1,\"reason\":\"test\",\"rules\":[{\"risk_level\":\"HIGH\",\"minimum_confidence\":0.1}]}";
        server.put("/api/v1/policy", open).is(200);

        Said said = ClientProcess.of(server).run(1, "selftest", "--output", folder.toString(), "--json");

        assertThat(said.json()).isEqualTo(report());
        assertThat(report().path("failed_tests").intValue()).isEqualTo(1);
        assertThat(report().path("validation_checklist").path("risk_filtering").booleanValue())
                .isFalse();
        assertThat(report().path("test_results").path(2).path("details").asText())
                .isEqualTo("HIGH risk at confidence 0.4 is COMPLETED instead of DEFERRED");
    }

    @Test
    void a_folder_that_is_not_there_and_a_server_that_is_locked_are_named() {
        ClientProcess client = ClientProcess.of(server);
        assertThat(client.run(2, "selftest", "--output", "/nowhere").errors())
                .contains("--output must be a folder that exists, got '/nowhere'");
        server.put("/api/v1/mode", "{\"mode\":\"LOCKED\",\"reason\":\"test\",\"by\":\"Ada Lovelace\"}")
                .is(200);

        assertThat(client.run(1, "selftest", "--output", folder.toString()).errors())
                .contains("the server is LOCKED");
    }

    private JsonNode report() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).singleElement().asString().matches(".*/test_report_\\d{8}_\\d{6}\\.json");
            return Json.parse(Files.readString(all.getFirst()));
        }
    }
}
