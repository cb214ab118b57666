package escapement.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the action {@code ledger} did, read from its file. */
public final class Ledger {
    private final Path file;

    public Ledger(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    public List<Line> lines() {
        try {
            return Files.exists(file)
                    ? Files.readAllLines(file).stream().map(Line::of).toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Line> starts() {
        return lines().stream().filter(Line::isStart).toList();
    }

    public List<Line> ends() {
        return lines().stream().filter(line -> !line.isStart()).toList();
    }

    /** The tasks whose action ran to its end at least once. */
    public Set<String> endedTasks() {
        return ends().stream().map(Line::task).collect(Collectors.toSet());
    }

    /** How often each task's action ran to its end. */
    public Map<String, Long> endsByTask() {
        return ends().stream().collect(Collectors.groupingBy(Line::task, Collectors.counting()));
    }

    /** A start or an end of one attempt. */
    public record Line(boolean isStart, String task, int attempt, long processId, long atMillis) {
        static Line of(String text) {
            String[] words = text.split(" ");
            return new Line(
                    words[0].equals("start"),
                    words[1],
                    Integer.parseInt(words[2]),
                    Long.parseLong(words[3]),
                    Long.parseLong(words[4]));
        }
    }
}
