package escapement.action.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.Outcome;
import escapement.action.RiskLevel;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.TestContext;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class CommandActionTest {
    @TempDir
    Path folder;

    @Test
    void what_a_program_prints_is_the_result_and_the_log() throws Exception {
        TestContext context = TestContext.of("{}");

        JsonNode result =
                succeeded(shell("echo one; echo two >&2; printf three", "").run(context));

        assertThat(result)
                .isEqualTo(Json.parse("{\"exit_code\":0,\"output\":\"one\\ntwo\\nthree\",\"truncated\":false}"));
        assertThat(context.log()).containsExactly("one", "two", "three");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "; touch pwned",
                "$(touch pwned)",
                "`touch pwned`",
                "| cat /etc/passwd",
                "&& true",
                "> pwned",
                "'",
                "\"",
                "\\",
                "*",
                "~",
                "$HOME",
                "${file}",
                "-rf",
                "--help",
                "-c",
                "--wait",
                "--version",
                "a b",
                " ",
                "",
                "\n",
                "\t",
                "a\nb",
                "#",
                "!!",
                "%s%n",
                "\u001b[31m",
                "é☃😀",
                "../../etc/passwd",
                "\\x41",
                "{a,b}",
                "<(true)"
            })
    void a_parameter_is_one_whole_argument_and_nothing_else(String text) throws Exception {
        assumeTrue(Charset.forName(System.getProperty("sun.jnu.encoding"))
                .newEncoder()
                .canEncode(text));
        CommandAction action = command(
                "[\"sh\",\"-c\",\"printf '<%s>' \\\"$@\\\"; printf '[%s]' \\\"$VALUE\\\"; ls -A\",\"name\",\"${value}\",\"after\"]",
                "\"env\":{\"VALUE\":\"${value}\"}");

        JsonNode result =
                succeeded(action.run(new TestContext(Json.nodes().objectNode().put("value", text))));

        assertThat(result.path("output").asText()).isEqualTo("<" + text + "><after>[" + text + "]");
    }

    @Test
    void an_argument_that_looks_like_an_option_of_the_wrapper_is_the_programs() throws Exception {
        CommandAction action = command("[\"echo\",\"${value}\"]", "");

        assertThat(succeeded(action.run(TestContext.of("{\"value\":\"--wait\"}")))
                        .path("output")
                        .asText())
                .isEqualTo("--wait\n");
    }

    @Test
    void what_the_locale_of_the_server_cannot_hand_over_is_refused_instead_of_changed() throws Exception {
        CommandFile.Command echo = new CommandFile.Command(
                "echo",
                "",
                List.of("echo", "${text}"),
                Map.of(),
                Duration.ofSeconds(5),
                100,
                1,
                RiskLevel.LOW,
                Set.of());
        CommandAction action = new CommandAction(echo, StandardCharsets.US_ASCII);

        assertThat(action.run(TestContext.of("{\"text\":\"plain\"}"))).isInstanceOf(Outcome.Succeeded.class);
        assertThat(action.dryRun(TestContext.of("{\"text\":\"é\"}")))
                .isEqualTo(action.run(TestContext.of("{\"text\":\"é\"}")));
        assertThat(action.run(TestContext.of("{\"text\":\"é\"}")))
                .isEqualTo(new Outcome.Failed(
                        "the parameter 'text' has characters that US-ASCII lacks: start the server in a UTF-8 locale,"
                                + " such as LANG=C.UTF-8",
                        false));
    }

    @Test
    void numbers_and_truth_values_are_written_as_in_json() throws Exception {
        CommandAction action = command("[\"echo\",\"${n}\",\"${b}\"]", "");

        assertThat(succeeded(action.run(TestContext.of("{\"n\":1.50,\"b\":true}")))
                        .path("output")
                        .asText())
                .isEqualTo("1.50 true\n");
    }

    @Test
    void the_environment_holds_what_the_file_says_and_four_variables() throws Exception {
        JsonNode result =
                succeeded(command("[\"env\"]", "\"env\":{\"COLUMN\":\"3\"}").run(TestContext.of("{}")));

        List<String> lines = result.path("output").asText().lines().sorted().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo("COLUMN=3");
        assertThat(lines.get(1)).startsWith("HOME=").contains("escapement-command-");
        assertThat(lines.get(2)).isEqualTo("LANG=C.UTF-8");
        assertThat(lines.get(3)).isEqualTo("PATH=/usr/local/bin:/usr/bin:/bin");
    }

    @Test
    void a_program_works_in_an_empty_folder_that_is_removed_afterwards() throws Exception {
        JsonNode result =
                succeeded(shell("pwd; ls -A | wc -l; mkdir -p a/b; echo x > a/b/c; ln -s /etc a/link; cat", "")
                        .run(TestContext.of("{}")));

        List<String> lines = result.path("output").asText().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1).strip()).isEqualTo("0");
        assertThat(Path.of(lines.get(0))).doesNotExist();
        assertThat(Path.of("/etc/passwd")).exists();
    }

    @Test
    void output_beyond_the_cap_is_dropped_and_the_program_goes_on() throws Exception {
        CommandAction action =
                shell("yes line | head -n 100000; echo end > done; cat done >&2", "\"max_output_bytes\":12");
        TestContext context = TestContext.of("{}");

        JsonNode result = succeeded(action.run(context));

        assertThat(result.path("output").asText()).isEqualTo("line\nline\nli");
        assertThat(result.path("truncated").booleanValue()).isTrue();
        assertThat(context.log()).containsExactly("line", "line", "li");
    }

    @Test
    void another_exit_code_than_zero_is_a_failure_that_is_retried() throws Exception {
        Outcome outcome =
                shell("echo working; echo 'no space left'; exit 28", "").run(TestContext.of("{}"));

        assertThat(outcome).isEqualTo(new Outcome.Failed("exit code 28: no space left", true));
    }

    @Test
    void a_program_that_is_not_there_is_a_failure_that_names_it() throws Exception {
        Outcome outcome = command("[\"no-such-program\"]", "").run(TestContext.of("{}"));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.error()).contains("no-such-program"));
    }

    /** Ending the process group closed the pipe under its reader: a program that was quick enough had printed nothing. */
    @Test
    void what_a_quick_program_prints_is_never_lost() throws Exception {
        CommandAction action = command("[\"printf\",\"x\"]", "");

        for (int i = 0; i < 500; i++) {
            assertThat(succeeded(action.run(TestContext.of("{}")))
                            .path("output")
                            .asText())
                    .as("run %d", i)
                    .isEqualTo("x");
        }
    }

    @Test
    void at_the_timeout_the_whole_process_group_ends_and_what_was_printed_is_kept() throws Exception {
        String marker = UUID.randomUUID().toString();
        CommandAction action =
                shell("echo begun; sh -c 'sleep 300 & sleep 300' %s & wait".formatted(marker), "\"timeout_seconds\":1");
        TestContext context = TestContext.of("{}");
        long from = System.nanoTime();

        Outcome outcome = action.run(context);

        assertThat(outcome).isEqualTo(new Outcome.TimedOut(Duration.ofSeconds(1)));
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(3));
        assertThat(context.log()).containsExactly("begun");
        nothingOf(marker);
    }

    @Test
    void a_group_that_ignores_the_polite_signal_is_killed() throws Exception {
        String marker = UUID.randomUUID().toString();
        CommandAction action = shell(
                "trap '' TERM; sh -c 'trap \"\" TERM; while true; do sleep 1; done' %s & while true; do sleep 1; done"
                        .formatted(marker),
                "\"timeout_seconds\":1");

        assertThat(action.run(TestContext.of("{}"))).isInstanceOf(Outcome.TimedOut.class);

        nothingOf(marker);
    }

    @Test
    void a_child_left_behind_by_a_program_that_succeeded_is_ended_too() throws Exception {
        String marker = UUID.randomUUID().toString();

        Outcome outcome = shell("sh -c 'sleep 300; true' %s & echo done".formatted(marker), "")
                .run(TestContext.of("{}"));

        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        nothingOf(marker);
    }

    @Test
    void an_interrupted_attempt_ends_its_process_group() throws Exception {
        String marker = UUID.randomUUID().toString();
        CommandAction action = shell("sh -c 'sleep 300; true' %s; true".formatted(marker), "");
        AtomicReference<Object> ended = new AtomicReference<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                ended.set(action.run(TestContext.of("{}")));
            } catch (Exception e) {
                ended.set(e);
            }
        });
        Eventually.within(
                Duration.ofSeconds(10), () -> assertThat(processes(marker)).isNotEmpty());

        thread.interrupt();

        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
        nothingOf(marker);
    }

    @Test
    void more_than_its_share_at_once_has_to_wait() throws Exception {
        String marker = UUID.randomUUID().toString();
        CommandAction action = shell("sleep 300; true " + marker, "\"max_concurrent\":1");
        Thread first = Thread.ofVirtual().start(() -> {
            try {
                action.run(TestContext.of("{}"));
            } catch (IOException | InterruptedException e) {
                // ended below
            }
        });
        try {
            Eventually.within(
                    Duration.ofSeconds(10), () -> assertThat(processes(marker)).isNotEmpty());

            assertThat(action.run(TestContext.of("{}"))).isInstanceOf(Outcome.Snoozed.class);
        } finally {
            first.interrupt();
            first.join();
        }
    }

    private static void nothingOf(String marker) {
        Eventually.within(
                Duration.ofSeconds(3), () -> assertThat(processes(marker)).isEmpty());
    }

    /** Processes with this text in their command line, apart from those that only wait to be reaped. */
    private static List<Long> processes(String marker) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Arrays::stream)
                        .anyMatch(argument -> argument.contains(marker)))
                .map(ProcessHandle::pid)
                .toList();
    }

    @Test
    void a_dry_run_shows_the_program_and_starts_nothing() throws Exception {
        CommandAction action = command(
                "[\"touch\",\"${file}\"]", "\"env\":{\"TOKEN\":\"${token}\",\"KIND\":\"x\"},\"timeout_seconds\":7");
        Path file = folder.resolve("touched");
        ObjectNode params =
                Json.nodes().objectNode().put("file", file.toString()).put("token", "abc");

        Outcome outcome = action.dryRun(new TestContext(params));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.DryRun.class,
                        plan -> assertThat(Json.write(plan.result()))
                                .isEqualTo(
                                        "{\"dry_run\":true,\"argv\":[\"touch\",\"%s\"],\"env\":[\"HOME\",\"KIND\",\"LANG\",\"PATH\",\"TOKEN\"],\"timeout_seconds\":7}"
                                                .formatted(file)));
        assertThat(file).doesNotExist();
        assertThat(action.run(new TestContext(params))).isInstanceOf(Outcome.Succeeded.class);
        assertThat(file).exists();
    }

    private CommandAction shell(String script, String settings) throws IOException {
        return command(Json.write(list("sh", "-c", script)), settings);
    }

    private static ArrayNode list(String... texts) {
        ArrayNode list = Json.nodes().arrayNode();
        Arrays.stream(texts).forEach(list::add);
        return list;
    }

    private CommandAction command(String argv, String settings) throws IOException {
        ObjectNode command = (ObjectNode) Json.parse("{" + settings + "}");
        command.set("argv", Json.parse(argv));
        ObjectNode file = Json.nodes().objectNode();
        file.set("it", command);
        return CommandFile.read(Files.writeString(folder.resolve("commands.json"), Json.write(file)))
                .getFirst();
    }

    private static JsonNode succeeded(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        JsonNode result = ((Outcome.Succeeded) outcome).result();
        assertThat(result).isNotNull();
        return result;
    }
}
