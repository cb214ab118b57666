package escapement.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.retry.Backoff;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NewTaskReaderTest {
    @Test
    void only_the_action_is_required() {
        NewTask task = NewTaskReader.read("{\"action_name\":\"echo\"}");

        assertThat(task)
                .isEqualTo(new NewTask(
                        "echo",
                        "{}",
                        null,
                        "default",
                        null,
                        Priority.MEDIUM,
                        RiskLevel.LOW,
                        null,
                        3,
                        Backoff.DEFAULT,
                        null,
                        null,
                        null,
                        null,
                        false,
                        List.of(),
                        OnDependencyFailure.BLOCK,
                        null,
                        List.of(),
                        List.of(),
                        null,
                        null,
                        80,
                        null));
    }

    @Test
    void every_field_is_read() {
        NewTask task = NewTaskReader.read("""
                {"action_name":"invoice.send:v-2_x","action_params":{"to":"Zoë"},"description":"Send it","queue":"mail",
                 "workflow_id":"w 1","priority":"HIGH","risk_level":"MEDIUM","confidence_score":0.9,"max_attempts":5,
                 "run_at":"2030-01-01T01:00:00+01:00","metadata":{"a":[1]},
                 "retry":{"first_seconds":1.5,"factor":3,"jitter":0.5},"timeout_seconds":30,
                 "dependencies":["12",13,{"task_id":"a","required_status":"any","timeout_seconds":1.5}],
                 "on_dependency_failure":"skip","start_by":"2030-01-02T00:00:00Z","deadline_at":"2030-01-03T00:00:00Z",
                 "at_risk_percent":50,"dry_run":true}""");

        assertThat(task)
                .isEqualTo(new NewTask(
                        "invoice.send:v-2_x",
                        "{\"to\":\"Zoë\"}",
                        "Send it",
                        "mail",
                        "w 1",
                        Priority.HIGH,
                        RiskLevel.MEDIUM,
                        new BigDecimal("0.900000"),
                        5,
                        new Backoff(Duration.ofMillis(1500), 3, Duration.ofDays(1), 0.5),
                        Instant.parse("2030-01-01T00:00:00Z"),
                        null,
                        Duration.ofSeconds(30),
                        "{\"a\":[1]}",
                        true,
                        List.of(
                                new NewDependency("12", RequiredStatus.COMPLETED, null),
                                new NewDependency("13", RequiredStatus.COMPLETED, null),
                                new NewDependency("a", RequiredStatus.ANY, Duration.ofMillis(1500))),
                        OnDependencyFailure.SKIP,
                        null,
                        List.of(),
                        List.of(),
                        Instant.parse("2030-01-02T00:00:00Z"),
                        Instant.parse("2030-01-03T00:00:00Z"),
                        50,
                        null));
    }

    @Test
    void json_null_is_the_same_as_absent() {
        assertThat(NewTaskReader.read("""
                        {"action_name":"echo","action_params":null,"description":null,"queue":null,"workflow_id":null,"priority":null,
                         "risk_level":null,"confidence_score":null,"max_attempts":null,"run_at":null,"delay_seconds":null,
                         "metadata":null,"dry_run":null}""")).isEqualTo(NewTaskReader.read("{\"action_name\":\"echo\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CRITICAL", "critical", "CritiCal"})
    void enums_are_read_in_any_case(String priority) {
        assertThat(with("priority", "\"" + priority + "\"").priority()).isEqualTo(Priority.CRITICAL);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.000000",
        "1, 1.000000",
        "0.7, 0.700000",
        "0.6999999, 0.699999",
        "0.0000009, 0.000000",
        "0.9999999, 0.999999",
        "7e-1, 0.700000"
    })
    void confidence_is_cut_to_six_decimals_and_never_rounded(String stated, BigDecimal kept) {
        assertThat(with("confidence_score", stated).confidenceScore()).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "confidence_score | -0.1 | from 0 to 1",
                "confidence_score | 1.01 | from 0 to 1",
                "confidence_score | 1.0000000001 | from 0 to 1",
                "confidence_score | 1e999999999 | from 0 to 1",
                "confidence_score | \"0.7\" | must be a number",
                "dry_run | \"true\" | must be true or false",
                "dry_run | 1 | must be true or false",
                "confidence_score | true | must be a number",
                "priority | \"URGENT\" | CRITICAL, HIGH, MEDIUM, LOW, BACKGROUND",
                "priority | 1 | CRITICAL, HIGH, MEDIUM, LOW, BACKGROUND",
                "risk_level | \"\" | LOW, MEDIUM, HIGH",
                "max_attempts | 0 | from 1 to 1000",
                "max_attempts | 1001 | from 1 to 1000",
                "max_attempts | 1.5 | whole number",
                "max_attempts | \"3\" | whole number",
                "max_attempts | 1e999999999 | whole number",
                "max_attempts | 1e-999999999 | whole number",
                "action_params | [1] | JSON object",
                "action_params | \"x\" | JSON object",
                "metadata | 1 | JSON object",
                "description | 1 | must be a text",
                "description | \"a\\u0000b\" | NUL",
                "description | \"\\uD800\" | surrogate",
                "queue | \"with space\" | letters, digits",
                "queue | \"öl\" | letters, digits",
                "workflow_id | \" \" | must not be blank",
                "run_at | \"tomorrow\" | 2026-12-31T09:00:00Z",
                "run_at | \"2030-01-01T00:00:00\" | with its zone",
                "run_at | \"1999-12-31T00:00:00Z\" | between the years 2000 and 2200",
                "run_at | \"2200-01-01T00:00:01Z\" | between the years 2000 and 2200",
                "run_at | 1893456000 | 2026-12-31T09:00:00Z",
                "delay_seconds | -1 | from 0 to",
                "delay_seconds | 316224001 | from 0 to 316224000",
                "delay_seconds | \"5\" | must be a number"
            })
    void each_fault_names_its_field_and_what_is_accepted(String field, String value, String accepted) {
        assertThat(faults("{\"action_name\":\"echo\",\"" + field + "\":" + value + "}"))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo("/" + field);
                    assertThat(fault.message()).contains(accepted);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"action_name\":null}", "{\"action_name\":\"\"}"})
    void the_action_is_required(String json) {
        assertThat(faults(json)).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("/action_name");
            assertThat(fault.message()).isEqualTo("is required");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1", "null"})
    void a_task_is_an_object(String json) {
        assertThat(faults(json)).extracting(Fault::path).startsWith("");
    }

    @Test
    void an_unknown_field_is_refused_by_name_with_those_that_are_known() {
        assertThat(faults("{\"action_name\":\"echo\",\"priorty\":\"HIGH\"}"))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo("/priorty");
                    assertThat(fault.value()).isEqualTo("HIGH");
                    assertThat(fault.message()).contains("not a known field").contains("priority");
                });
    }

    @Test
    void all_faults_come_at_once() {
        assertThat(faults("{\"priority\":1,\"x/y\":2,\"max_attempts\":0,\"action_params\":{\"a\":[\"\\u0000\"]}}"))
                .extracting(Fault::path)
                .containsExactlyInAnyOrder("/action_name", "/priority", "/x~1y", "/max_attempts", "/action_params/a/0");
    }

    @Test
    void a_run_at_and_a_delay_exclude_each_other() {
        assertThat(faults("{\"action_name\":\"echo\",\"run_at\":\"2030-01-01T00:00:00Z\",\"delay_seconds\":1}"))
                .extracting(Fault::path)
                .containsExactly("/delay_seconds");
    }

    @Test
    void a_delay_may_have_a_fraction() {
        assertThat(with("delay_seconds", "1.5").delay()).isEqualTo(Duration.ofMillis(1500));
        assertThat(with("delay_seconds", "0").delay()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"2,2", "1,1", "1000,1000", "0,3", "1001,3", "\"2\",3", "null,3"})
    void attempts_are_read_from_metadata_where_the_field_is_absent(String inside, int attempts) {
        assertThat(NewTaskReader.read("{\"action_name\":\"echo\",\"metadata\":{\"max_attempts\":" + inside + "}}")
                        .maxAttempts())
                .isEqualTo(attempts);
    }

    @Test
    void the_field_stands_above_metadata() {
        assertThat(NewTaskReader.read("{\"action_name\":\"echo\",\"max_attempts\":4,\"metadata\":{\"max_attempts\":2}}")
                        .maxAttempts())
                .isEqualTo(4);
    }

    @Test
    void sizes_are_bounded() {
        assertThat(paths(text("action_name", 65))).containsExactly("/action_name");
        assertThat(paths(text("queue", 65))).containsExactly("/queue");
        assertThat(paths(text("workflow_id", 201))).containsExactly("/workflow_id");
        assertThat(paths(text("description", 10_001))).containsExactly("/description");
        assertThat(paths(object("action_params", 256 * 1024))).containsExactly("/action_params");
        assertThat(paths(object("metadata", 64 * 1024))).containsExactly("/metadata");

        NewTaskReader.read(text("action_name", 64));
        NewTaskReader.read(text("queue", 64));
        NewTaskReader.read(text("workflow_id", 200));
        NewTaskReader.read(text("description", 10_000));
        NewTaskReader.read(object("action_params", 256 * 1024 - 1));
        NewTaskReader.read(object("metadata", 64 * 1024 - 1));
    }

    @Test
    void sizes_are_counted_in_bytes_of_utf_8() {
        String params = "{\"action_name\":\"echo\",\"action_params\":{\"x\":\"" + "é".repeat(140_000) + "\"}}";

        assertThat(paths(params)).containsExactly("/action_params");
    }

    private static String text(String field, int length) {
        ObjectNode task = Json.nodes().objectNode().put("action_name", "echo").put(field, "x".repeat(length));
        return Json.write(task);
    }

    /** A task whose {@code field} is an object of that many bytes and one. */
    private static String object(String field, int bytes) {
        ObjectNode task = Json.nodes().objectNode().put("action_name", "echo");
        task.putObject(field).put("x", "y".repeat(bytes + 1 - "{\"x\":\"\"}".length()));
        return Json.write(task);
    }

    private static NewTask with(String field, String value) {
        return NewTaskReader.read("{\"action_name\":\"echo\",\"" + field + "\":" + value + "}");
    }

    private static List<String> paths(String json) {
        return faults(json).stream().map(Fault::path).toList();
    }

    private static List<Fault> faults(String json) {
        return catchThrowableOfType(InvalidInputException.class, () -> NewTaskReader.read(json))
                .faults();
    }
}
