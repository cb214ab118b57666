package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import escapement.support.Answer;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The audit trail as people read it and take it along. */
class AuditRoutesDbTest {
    private static TestDatabase database;
    private static TestServer server;
    private static Database pool;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
        pool = database.open();
    }

    @AfterAll
    static void stop() {
        pool.close();
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_change_is_told_with_who_from_where_what_and_why() {
        server.submit("{\"action_name\":\"echo\",\"queue\":\"mail\"}");
        server.send(HttpRequest.newBuilder(server.uri("/api/v1/holds"))
                        .header("Sec-Fetch-Site", "same-origin")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"scope\":\"QUEUE\",\"queue\":\"mail\",\"reason\":\"moving\"}"))
                        .build())
                .is(201);

        JsonNode row = items("?operation=queue.hold&target=mail").getFirst();

        assertThat(row.path("principal").textValue()).isEqualTo("local");
        assertThat(row.path("reason").textValue()).isEqualTo("moving");
        assertThat(row.path("outcome").textValue()).isEqualTo("DONE");
        assertThat(row.path("origin_address").textValue()).isEqualTo("127.0.0.1");
        assertThat(row.path("origin_via").textValue()).isEqualTo("page");
        assertThat(row.at("/old/held").booleanValue()).isFalse();
        assertThat(row.at("/new/held").booleanValue()).isTrue();
        assertThat(row.path("hash").textValue()).matches("[0-9a-f]{64}");
    }

    @Test
    void pages_go_from_the_newest_to_the_oldest_and_miss_nothing() {
        for (int i = 0; i < 7; i++) {
            record("test.page", "row " + i, null);
        }

        List<String> targets = new ArrayList<>();
        String next = "";
        do {
            JsonNode page = server.get("/api/v1/audit?operation=test.page&limit=3" + next)
                    .is(200)
                    .json();
            page.path("items").forEach(row -> targets.add(row.path("target").textValue()));
            next = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").textValue();
        } while (!next.isEmpty());

        assertThat(targets).containsExactly("row 6", "row 5", "row 4", "row 3", "row 2", "row 1", "row 0");
    }

    @Test
    void rows_are_found_by_who_and_when() {
        record("test.when", "then", null);
        String at = items("?operation=test.when").getFirst().path("at").textValue();

        assertThat(items("?operation=test.when&principal=local&from=" + at)).hasSize(1);
        assertThat(items("?operation=test.when&to=" + at)).isEmpty();
        assertThat(items("?operation=test.when&principal=nobody")).isEmpty();
        assertThat(server.get("/api/v1/audit?from=yesterday&limit=0&cursor=!&old=1")
                        .faultPaths())
                .containsExactlyInAnyOrder("from", "limit", "cursor", "old");
        assertThat(server.get("/api/v1/audit.csv?to=now&limit=1").faultPaths())
                .containsExactlyInAnyOrder("to", "limit");
    }

    @Test
    void an_export_is_csv_in_which_nothing_is_a_formula() {
        List<String> hostile = List.of(
                "=HYPERLINK(\"http://evil/\",\"here\")",
                "+1+1",
                "-2",
                "@SUM(A1)",
                "\t=1",
                " \n =1",
                "\r\n",
                "＝1+1",
                "says \"so\", then\r\nleaves",
                "plain ü€😀");
        hostile.forEach(reason -> record("test.csv", "x", reason));
        record("test.csv", "x", null);

        Answer answer = server.get("/api/v1/audit.csv?operation=test.csv").is(200);
        List<List<String>> lines = parse(answer.text());

        assertThat(answer.contentType()).startsWith("text/csv");
        assertThat(lines.getFirst()).startsWith("id", "at", "principal", "operation", "target", "reason", "outcome");
        assertThat(lines).allSatisfy(line -> assertThat(line).hasSize(14));
        List<String> reasons = new ArrayList<>(
                lines.stream().skip(1).map(line -> line.get(5)).toList().reversed());
        assertThat(reasons.removeLast()).isEmpty();
        for (int i = 0; i < hostile.size(); i++) {
            String expected = i < 8 ? "'" + hostile.get(i) : hostile.get(i);
            assertThat(reasons.get(i)).isEqualTo(expected);
        }
        assertThat(reasons).hasSameSizeAs(hostile);
    }

    @Test
    void an_export_of_many_pages_holds_every_row_once() {
        pool.inTransaction(tx -> {
            for (int i = 0; i < 2500; i++) {
                new AuditStore().record(tx, Principal.LOCAL, "test.many", Integer.toString(i), null);
            }
            return true;
        });

        List<List<String>> lines = parse(
                server.get("/api/v1/audit.csv?operation=test.many").is(200).text());

        assertThat(lines.stream().skip(1).map(line -> line.get(4)))
                .hasSize(2500)
                .doesNotHaveDuplicates();
    }

    private static void record(String operation, String target, String reason) {
        pool.inTransaction(tx -> {
            new AuditStore().record(tx, Principal.LOCAL, AuditChange.done(operation, target, reason));
            return true;
        });
    }

    private static List<JsonNode> items(String query) {
        List<JsonNode> items = new ArrayList<>();
        server.get("/api/v1/audit" + query).is(200).json().path("items").forEach(items::add);
        return items;
    }

    /** RFC 4180, with every line ended by CR LF. */
    private static List<List<String>> parse(String csv) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted) {
                if (c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                    cell.append(c);
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    cell.append(c);
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\n') {
                line.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    lines.add(line);
                    line = new ArrayList<>();
                }
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        return lines;
    }
}
