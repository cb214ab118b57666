package escapement.admin;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Json;
import escapement.state.Exports;
import escapement.state.ImportedTask;
import escapement.state.Imports;
import escapement.state.StateFile;
import escapement.state.StateFilter;
import escapement.state.Verdict;
import escapement.task.TaskStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The queue's state, to take along and to bring back. */
public final class QueueStateRoutes implements Routes {
    private static final Logger log = LoggerFactory.getLogger(QueueStateRoutes.class);
    private static final Set<String> FILTERS = Set.of("status", "ended", "action", "queue", "workflow_id");
    private static final long LARGEST_FILE = 8L << 30;
    private static final int RETRY_AFTER_SECONDS = 10;
    /** At a time, of each: one of them keeps a connection as long as its reader is slow. */
    private static final int MOST = 2;

    private final Exports exports;
    private final Imports imports;
    private final Semaphore exporting = new Semaphore(MOST);
    private final Semaphore importing = new Semaphore(MOST);

    public QueueStateRoutes(Exports exports, Imports imports) {
        this.exports = exports;
        this.imports = imports;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/queue-state", this::export, Needs.VIEWER);
        // what a file makes run anybody may submit who may submit; nothing in it is taken on trust
        routes.post("/api/v1/queue-state", this::take, Needs.OPERATOR);
    }

    private void export(Context ctx) {
        Query query = new Query(ctx, FILTERS);
        StateFilter filter = new StateFilter(
                query.oneOf("status", TaskStatus.class),
                flag(query, "ended"),
                query.text("action"),
                query.text("queue"),
                query.text("workflow_id"));
        query.check();
        enter(ctx, exporting, "exports");
        try {
            ctx.contentType("application/json")
                    .header("Content-Disposition", "attachment; filename=\"queue_state.json\"");
            exports.write(filter, ctx.outputStream());
        } finally {
            exporting.release();
        }
    }

    private void take(Context ctx) throws IOException {
        Query query = new Query(ctx, Set.of("dry_run"));
        Boolean dryRun = flag(query, "dry_run");
        query.check();
        enter(ctx, importing, "imports");
        Path file = Files.createTempFile("escapement-import", ".json"); // read and written by this user alone
        try {
            receive(ctx, file);
            StateFile read = StateFile.scan(file);
            ctx.contentType("application/json");
            answer(ctx, read, dryRun != null && dryRun);
        } finally {
            importing.release();
            Files.deleteIfExists(file);
        }
    }

    /** As a whole before anything is done: a file that is cut off leaves nothing behind. */
    private static void receive(Context ctx, Path file) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long size = 0;
        try (InputStream in = ctx.bodyInputStream();
                OutputStream out = Files.newOutputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
                if (size > LARGEST_FILE) {
                    throw new ProblemException(Problem.of(
                            413, "Too large", "a file may take " + LARGEST_FILE + " bytes: import it in parts"));
                }
                out.write(buffer, 0, n);
            }
        }
    }

    /** Told task by task while they are taken over, for there may be millions; what breaks off says so in {@code stopped}. */
    private void answer(Context ctx, StateFile file, boolean dryRun) throws IOException {
        try (JsonGenerator json = Json.mapper().getFactory().createGenerator(ctx.outputStream(), JsonEncoding.UTF8)) {
            json.writeStartObject();
            json.writeBooleanField("dry_run", dryRun);
            json.writeStringField("source", file.source());
            json.writeNumberField("read", file.tasks());
            json.writeArrayFieldStart("tasks");
            json.flush(); // who waits sees that it has begun
            ObjectNode totals = Json.nodes().objectNode();
            String stopped = null;
            try {
                Map<Verdict, Long> counted = imports.run(Caller.of(ctx), file, dryRun, task -> write(json, task));
                counted.forEach((verdict, n) -> totals.put(verdict.name().toLowerCase(Locale.ROOT), n));
            } catch (UncheckedIOException e) {
                throw e.getCause(); // who asked has gone away
            } catch (RuntimeException e) {
                log.error("an import of {} tasks broke off", file.tasks(), e);
                stopped =
                        "broke off: the server's log says why. What is told above is stored; import the file again for"
                                + " the rest";
            }
            json.writeEndArray();
            json.writeFieldName("totals");
            json.writeTree(totals);
            json.writeStringField("stopped", stopped);
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, ImportedTask task) {
        try {
            json.writeRaw('\n');
            json.writeTree(of(task));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode of(ImportedTask task) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("path", task.path())
                .put("id", task.id())
                .put("task_id", task.taskId() == null ? null : Long.toString(task.taskId()))
                .put("verdict", task.verdict().name().toLowerCase(Locale.ROOT))
                .put("status", task.status() == null ? null : task.status().name())
                .put("note", task.note());
        ArrayNode errors = json.putArray("errors");
        for (Fault fault : task.faults()) {
            errors.addObject()
                    .put("path", fault.path())
                    .put("value", fault.value())
                    .put("message", fault.message());
        }
        return json;
    }

    private static @Nullable Boolean flag(Query query, String name) {
        String value = query.text(name);
        if (value == null) {
            return null;
        }
        if (!value.equals("true") && !value.equals("false")) {
            query.fault(name, "must be true or false");
        }
        return value.equals("true");
    }

    private static void enter(Context ctx, Semaphore door, String what) {
        if (!door.tryAcquire()) {
            ctx.header("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
            throw new ProblemException(
                    Problem.of(503, "Busy", "this node has " + MOST + " " + what + " under way; try again later"));
        }
    }
}
