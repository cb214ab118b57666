package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tasks from a file: one JSON value, which is one batch, or a task on each line, of which a batch at a time is in memory.
 */
final class TaskFile implements AutoCloseable {
    private static final int MOST_TASKS = 1000;
    private static final int MOST_CHARACTERS = 4_000_000; // of a request; the server takes 16 MB of UTF-8

    private final String name;
    private final BufferedReader reader;
    private long line;
    private @Nullable JsonNode ahead; // the first line, once it has told what kind of file it is
    private boolean started;
    private boolean byLines;

    /** @param given {@code @FILE} or {@code -} */
    TaskFile(String option, String given) {
        this.name = option + " " + given;
        this.reader = Inputs.open(option, given);
    }

    /** The next batch; empty at the end. */
    ArrayNode next() {
        try {
            if (!started) {
                started = true;
                return begin();
            }
            return byLines ? lines() : Json.nodes().arrayNode();
        } catch (IOException | UncheckedIOException e) {
            throw ClientException.usage(name + " cannot be read: " + Inputs.why(e));
        }
    }

    /** The number of the line that was read last; 0 in a file of one value. */
    long line() {
        return byLines ? line : 0;
    }

    private ArrayNode begin() throws IOException {
        String first = nextLine();
        if (first == null) {
            throw ClientException.usage(name + " holds no task");
        }
        JsonNode alone = parsed(first);
        if (alone != null && alone.isObject() && !alone.has("tasks")) {
            byLines = true;
            ahead = alone;
            return lines();
        }
        String rest = reader.lines().collect(Collectors.joining("\n"));
        return whole(Inputs.parse(name, first + "\n" + rest));
    }

    private ArrayNode whole(JsonNode value) {
        JsonNode tasks = value.isObject() && value.has("tasks") ? value.get("tasks") : value;
        if (tasks.isObject()) {
            return Json.nodes().arrayNode().add(tasks);
        }
        if (tasks instanceof ArrayNode list && !list.isEmpty() && (value.isArray() || value.size() == 1)) {
            return list;
        }
        throw ClientException.usage(name + " must be {\"tasks\": [...]}, [...], a task, or a task on each line");
    }

    private ArrayNode lines() throws IOException {
        ArrayNode batch = Json.nodes().arrayNode();
        int characters = 0;
        if (ahead != null) {
            batch.add(ahead);
            ahead = null;
        }
        while (batch.size() < MOST_TASKS && characters < MOST_CHARACTERS) {
            String text = nextLine();
            if (text == null) {
                break;
            }
            characters += text.length();
            batch.add(Inputs.parse(name + ", line " + line, text));
        }
        return batch;
    }

    private @Nullable String nextLine() throws IOException {
        String text;
        do {
            text = reader.readLine();
            line++;
        } while (text != null && text.isBlank());
        return text;
    }

    private static @Nullable JsonNode parsed(String text) {
        try {
            return Json.parseInput(text.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidInputException e) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
