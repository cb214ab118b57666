package escapement.metricslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.task.AttemptOutcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A kill at any moment between a batch and its commit. */
class LogFolderTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Instant NEXT_DAY = Instant.parse("2026-11-24T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void a_batch_that_counts_is_kept_and_one_that_does_not_is_taken_back_from_every_file() throws IOException {
        LogFolder first = LogFolder.open(folder);
        long counted = first.add(List.of(line(1, NOON)));
        first.add(List.of(line(2, NOON), line(3, NEXT_DAY)));

        LogFolder.open(folder).recover(counted); // as after a kill

        assertThat(tasks(NOON)).containsExactly(1L);
        assertThat(tasks(NEXT_DAY)).isEmpty();
    }

    @Test
    void any_character_is_written_as_it_is_but_for_what_json_escapes() throws IOException {
        LogFolder.open(folder).add(List.of(line(1, NOON, "ünï \"q\" \n 😀")));

        assertThat(Files.readString(file(NOON)))
                .contains("\"description\":\"ünï \\\"q\\\" \\n 😀\"")
                .endsWith("}\n");
    }

    @Test
    void the_last_batch_stays_when_it_counts() throws IOException {
        LogFolder first = LogFolder.open(folder);
        first.add(List.of(line(1, NOON)));
        long counted = first.add(List.of(line(2, NOON)));

        LogFolder second = LogFolder.open(folder);
        second.recover(counted);
        long next = second.add(List.of(line(3, NOON)));

        assertThat(tasks(NOON)).containsExactly(1L, 2L, 3L);
        assertThat(next).isEqualTo(counted + 1);
    }

    @Test
    void half_a_line_is_taken_back() throws IOException {
        LogFolder first = LogFolder.open(folder);
        long counted = first.add(List.of(line(1, NOON)));
        first.add(List.of(line(2, NOON)));
        byte[] whole = Files.readAllBytes(file(NOON));
        Files.write(file(NOON), java.util.Arrays.copyOf(whole, whole.length - 50));

        LogFolder.open(folder).recover(counted);

        assertThat(tasks(NOON)).containsExactly(1L);
    }

    @Test
    void what_was_taken_back_once_is_not_taken_back_from_the_file_that_somebody_puts_in_its_place() throws IOException {
        LogFolder first = LogFolder.open(folder);
        long counted = first.add(List.of(line(1, NOON)));
        first.add(List.of(line(2, NOON)));
        LogFolder.open(folder).recover(counted);
        try (OutputStream out = Files.newOutputStream(file(NOON), StandardOpenOption.APPEND)) {
            LineWriter writer = new LineWriter(out);
            writer.write(line(7, NOON));
            writer.finish();
        }

        LogFolder.open(folder).recover(counted);

        assertThat(tasks(NOON)).containsExactly(1L, 7L);
    }

    @Test
    void a_file_may_be_taken_away() throws IOException {
        LogFolder first = LogFolder.open(folder);
        long counted = first.add(List.of(line(1, NOON)));
        first.add(List.of(line(2, NOON)));
        Files.delete(file(NOON));

        LogFolder second = LogFolder.open(folder);
        second.recover(counted);
        second.add(List.of(line(3, NOON)));

        assertThat(tasks(NOON)).containsExactly(3L);
    }

    @Test
    void a_note_that_cannot_be_read_says_what_to_do() throws IOException {
        Files.writeString(folder.resolve(".writer.json"), "{");

        assertThatThrownBy(() -> LogFolder.open(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(".writer.json cannot be read")
                .hasMessageContaining("GET /api/v1/metrics-log/");
    }

    private Path file(Instant at) {
        return folder.resolve(LogFolder.name(LocalDate.ofInstant(at, java.time.ZoneOffset.UTC)));
    }

    private List<Long> tasks(Instant day) throws IOException {
        List<Long> tasks = new ArrayList<>();
        for (String line : Files.readAllLines(file(day))) {
            tasks.add(escapement.json.Json.parse(line).path("task_id").asLong());
        }
        return tasks;
    }

    private static AttemptLine line(long task, Instant at) {
        return line(task, at, null);
    }

    private static AttemptLine line(long task, Instant at, @Nullable String description) {
        return new AttemptLine(
                task,
                1,
                description,
                AttemptOutcome.SUCCEEDED,
                "HIGH",
                "LOW",
                null,
                null,
                at,
                at,
                at,
                at,
                "echo",
                "default",
                "1",
                "node");
    }
}
