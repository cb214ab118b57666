package escapement.state;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.db.Database;
import escapement.follow.CountStore;
import escapement.follow.Counts;
import escapement.json.Json;
import escapement.secret.Sealed;
import escapement.state.StateStore.Row;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;

/** Writes tasks as the original system's {@code queue_state.json}, with what it did not know beside it. Thread-safe. */
public final class Exports {
    static final String VERSION = "1.0";

    private final Database database;
    private final StateStore store;
    private final CountStore counts;

    public Exports(Database database) {
        this.database = database;
        this.store = new StateStore(database);
        this.counts = new CountStore(database);
    }

    /**
     * Writes all that matches at one moment, page by page: how many tasks there are makes no difference to the memory, and
     * nobody waits for the snapshot.
     *
     * @throws UncheckedIOException when the reader has gone away
     */
    public void write(StateFilter filter, OutputStream out) {
        database.atOneMoment(tx -> {
            store.allowSlowReader(tx);
            try (JsonGenerator json = Json.mapper().getFactory().createGenerator(out, JsonEncoding.UTF8)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT); // what broke off must not look whole
                write(tx, filter, json);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        });
    }

    private void write(DSLContext tx, StateFilter filter, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("timestamp", store.now(tx).toString());
        json.writeStringField("version", VERSION);
        json.writeStringField("source", store.installation(tx));
        json.writeFieldName("metrics");
        json.writeTree(metrics(counts.counts(tx)));
        json.writeArrayFieldStart("tasks");
        List<Row> page;
        long last = 0;
        do {
            page = store.page(tx, filter, last);
            Names names = names(tx, page);
            for (Row row : page) {
                json.writeRaw(last == 0 ? "\n" : ",\n"); // a line a task, for people and their tools
                json.writeRaw(Sealed.hidden(row.hasNames() ? names.named(row) : row.json()));
                last = row.id();
            }
        } while (page.size() == StateStore.PAGE_SIZE);
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private Names names(DSLContext tx, List<Row> page) {
        Set<Long> ids = new HashSet<>();
        for (Row row : page) {
            if (row.hasNames()) {
                TaskNames.rename((ObjectNode) Json.parse(row.json()), name -> {
                    if (isId(name)) {
                        ids.add(Long.parseLong(name));
                    }
                    return name;
                });
            }
        }
        return new Names(ids.isEmpty() ? Map.of() : store.names(tx, ids));
    }

    private static boolean isId(String name) {
        return name.matches("[0-9]{1,18}");
    }

    /** Tasks that came in a file are named as there. */
    private record Names(Map<Long, Name> byId) {
        String named(Row row) {
            ObjectNode task = (ObjectNode) Json.parse(row.json());
            String source = task.path("source").asText();
            for (JsonNode branch : task.path("conditional_branches")) {
                String target = branch.path("next_task_id").asText();
                Name name = isId(target) ? byId.get(Long.parseLong(target)) : null;
                if (name != null && !name.source().equals(source)) {
                    ((ObjectNode) branch).put("next_task_source", name.source());
                }
            }
            TaskNames.rename(task, this::named);
            return Json.write(task);
        }

        private String named(String id) {
            Name name = isId(id) ? byId.get(Long.parseLong(id)) : null;
            return name == null ? id : name.id();
        }
    }

    private static ObjectNode metrics(Counts now) {
        long succeeded = now.attempts(AttemptOutcome.SUCCEEDED, AttemptOutcome.DRY_RUN);
        long failed = now.attempts(AttemptOutcome.FAILED, AttemptOutcome.TIMEOUT);
        long executed = succeeded + failed + now.attempts(AttemptOutcome.CANCELLED);
        return Json.nodes()
                .objectNode()
                .put("total_tasks", now.tasks())
                .put("total_executed", executed)
                .put("total_succeeded", succeeded)
                .put("total_failed", failed)
                .put("total_deferred", now.entered(TaskStatus.DEFERRED))
                .put("success_rate", executed == 0 ? 0.0 : (double) succeeded / executed)
                .put("active_tasks", now.tasks(TaskStatus.IN_PROGRESS))
                .put(
                        "pending_tasks",
                        now.tasks(TaskStatus.PENDING) + now.tasks(TaskStatus.SCHEDULED) + now.tasks(TaskStatus.BLOCKED))
                .put("completed_tasks", now.tasks(TaskStatus.COMPLETED))
                .put("failed_tasks", now.tasks(TaskStatus.FAILED));
    }
}
