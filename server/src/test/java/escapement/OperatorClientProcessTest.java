package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.Role;
import escapement.support.ClientProcess;
import escapement.support.ClientProcess.Said;
import escapement.support.People;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators ask on the command line: reports, the metrics log, tokens. */
class OperatorClientProcessTest {
    private static TestDatabase database;
    private static TestServer server;
    private static ClientProcess client;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
        client = ClientProcess.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @Test
    void reports_are_listed_and_answered_as_table_json_and_csv() {
        server.submit("{\"action_name\":\"echo\",\"queue\":\"later\",\"delay_seconds\":3600}");

        assertThat(client.run(0, "report").output())
                .startsWith("name ")
                .contains("queue-depth")
                .containsPattern("throughput-by-hour +hours=\\d+");
        assertThat(client.run(0, "report", "queue-depth").output())
                .startsWith("queue ")
                .contains("later");
        JsonNode json = client.run(0, "report", "queue-depth", "--json").json();
        assertThat(json.path("name").asText()).isEqualTo("queue-depth");
        assertThat(client.run(0, "report", "throughput-by-hour", "--set", "hours=1", "--csv", "--limit", "5")
                        .output())
                .startsWith("\"hour\",");
        assertThat(client.run(3, "report", "throughput-by-hour", "--set", "hours=0")
                        .errors())
                .contains("hours must be");
        assertThat(client.run(3, "report", "nonsense").errors()).contains("there is no report 'nonsense'");
        assertThat(client.run(2, "report", "queue-depth", "--set", "hours").errors())
                .contains("--set must be NAME=VALUE");
    }

    @Test
    void a_day_of_the_log_is_read_back_and_another_system_s_is_imported() throws Exception {
        String id = server.submit("echo", "{}");
        String day = server.await(id, "COMPLETED").path("completed_at").asText().substring(0, 10);
        Path file = folder.resolve("day.jsonl");
        String whole = server.get("/api/v1/metrics-log/" + day).text();

        client.run(0, "metrics-log", "show", day, "--output", file.toString());
        assertThat(Files.readString(file)).isEqualTo(whole).contains(id);
        assertThat(client.run(0, "metrics-log", "show", day.replace("-", "")).output())
                .isEqualTo(whole);
        assertThat(client.run(3, "metrics-log", "show", "yesterday").errors()).contains("day must be a day");

        Path good = Files.writeString(folder.resolve("good.jsonl"), line("a", "0.8") + line("b", "0.9"));
        Path bad = Files.writeString(folder.resolve("bad.jsonl"), line("c", "0.8") + line("d", "8"));
        assertThat(client.run(0, "metrics-log", "import", good.toString(), "--source", "buddy")
                        .output())
                .contains(good.toString())
                .containsPattern("imported +2")
                .containsPattern("outcomes +2");
        Said said = client.run(1, "metrics-log", "import", good.toString(), bad.toString(), "--source", "buddy");
        assertThat(said.output()).containsPattern("known +2").containsPattern("refused +1");
        assertThat(said.errors()).contains(bad + ":2 confidence_score must be from 0 to 1, got '8'");
        assertThat(client.run(2, "metrics-log", "import", folder.resolve("none").toString())
                        .errors())
                .contains("cannot be read: there is no file");
    }

    @Test
    void tokens_are_made_listed_rotated_and_revoked_by_asking_a_server() throws Exception {
        try (TestDatabase closed = TestDatabase.create();
                TestServer guarded = TestServer.with().login().start(closed)) {
            String url = guarded.uri("").toString();
            ClientProcess admin = client.set("ESCAPEMENT_TOKEN", new People(guarded).token("root", Role.ADMIN));

            Said made = admin.run(
                    0, "token", "create", "ana", "--url", url, "--role", "operator,approver", "--reason", "new here");
            assertThat(made.output().strip()).startsWith("esc_").doesNotContain(" ");
            assertThat(made.errors()).contains("of 'ana' with [\"OPERATOR\",\"APPROVER\"]");
            ClientProcess ana = client.set("ESCAPEMENT_TOKEN", made.output().strip());
            assertThat(ana.run(3, "token", "list", "--url", url).errors()).contains("403");
            String list = admin.run(0, "token", "list", "--url", url).output();
            assertThat(list).startsWith("id ").contains("ana", "root");
            String id = list.lines()
                    .filter(row -> row.contains("ana"))
                    .findFirst()
                    .orElseThrow()
                    .split(" ")[0];

            String second =
                    admin.run(0, "token", "rotate", id, "--url", url).output().strip();
            assertThat(second).isNotEqualTo(made.output().strip());
            assertThat(admin.run(0, "token", "revoke", id, "--url", url).output())
                    .contains("Token " + id + " of 'ana' is revoked.");
            assertThat(admin.run(3, "token", "revoke", id, "--url", url).errors())
                    .contains("was revoked before");
        }
    }

    private static String line(String task, String confidence) {
        return "{\"task_id\":\"%s\",\"status\":\"COMPLETED\",\"attempt_count\":1,\"timestamp\":\"2026-02-05T10:00:00\",\"confidence_score\":%s}\n"
                .formatted(task, confidence);
    }
}
