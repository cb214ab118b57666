package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** {@code submit --batch}: the tasks of files, a batch at a time, each stored as a whole or not at all. */
final class BatchSubmit {
    private static final String BATCH = "/api/v1/tasks/batch";

    private final Call call;
    private final Patience patience;
    private final List<String> ids = new ArrayList<>();
    private final String keyPrefix = SubmitCommand.KEY_PREFIX + UUID.randomUUID() + "-";
    private long keyed;

    BatchSubmit(Call call, Patience patience) {
        this.call = call;
        this.patience = patience;
    }

    int run() {
        try (Progress progress = new Progress(!call.wantsJson())) {
            long all = progress.isShown() ? lines() : 0;
            for (String given : call.texts(SubmitCommand.BATCH)) {
                submit(given, progress, all);
            }
        }
        return call.has(SubmitCommand.WAIT) ? new Waiter(call, patience).tasks(ids) : ExitCode.OK;
    }

    private void submit(String given, Progress progress, long all) {
        try (TaskFile file = new TaskFile(SubmitCommand.BATCH, given)) {
            for (ArrayNode tasks = file.next(); !tasks.isEmpty(); tasks = file.next()) {
                submit(tasks);
                progress.at(ids.size(), all);
            }
        } catch (ClientException e) {
            if (!ids.isEmpty()) {
                progress.close();
                System.err.println(
                        "escapement: " + ids.size() + " tasks of the batches before are stored; the next one is not");
            }
            throw e;
        }
    }

    private void submit(ArrayNode tasks) {
        boolean repeatable = true;
        for (JsonNode task : tasks) {
            repeatable &= key(task);
        }
        ObjectNode body = Json.nodes().objectNode();
        body.set("tasks", tasks);
        Reply reply =
                repeatable ? call.api().postRepeatable(BATCH, body) : call.api().post(BATCH, body);
        for (JsonNode stored : reply.json().path("tasks")) {
            ids.add(stored.path("id").asText());
        }
        if (call.wantsJson() && !call.has(SubmitCommand.WAIT)) {
            Call.say(reply.body());
        } else if (!call.wantsJson()) {
            reply.json().path("tasks").forEach(BatchSubmit::tell);
        }
    }

    private static void tell(JsonNode stored) {
        Call.say(Text.of(stored.path("id"))
                + (stored.path("ref").isTextual() ? "  " + Text.of(stored.path("ref")) : "")
                + (stored.path("existing").booleanValue() ? "  stored before" : ""));
    }

    /** Names a task that has no name, so that a further try never doubles it. @return whether it has one */
    private boolean key(JsonNode task) {
        if (task instanceof ObjectNode object && !object.has("idempotency_key") && !object.has("on_conflict")) {
            object.put("idempotency_key", keyPrefix + keyed++);
        }
        return task.has("idempotency_key");
    }

    /** How many tasks there may be, where every line is one; 0 when nobody can know. */
    private long lines() {
        long lines = 0;
        for (String given : call.texts(SubmitCommand.BATCH)) {
            if (!given.startsWith("@")) {
                return 0;
            }
            try (Stream<String> all = Files.lines(Path.of(given.substring(1)))) {
                lines += all.filter(line -> line.stripLeading().startsWith("{")).count();
            } catch (IOException | UncheckedIOException e) {
                return 0; // who reads it for its tasks says what is wrong
            }
        }
        return lines;
    }
}
