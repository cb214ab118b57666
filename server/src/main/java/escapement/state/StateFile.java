package escapement.state;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.json.Storable;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of tasks, read from its beginning to its end before anything in it is acted on, and then task by task: however
 * many there are, one is in memory. Reads {@code queue_state.json} and {@code workflow_snapshots.json}.
 */
public final class StateFile {
    /** Most bytes that one task may take, or one snapshot of a workflow. */
    private static final long LARGEST = 8_000_000;

    private static final String TASKS = "tasks";
    private static final String SNAPSHOTS = "snapshots";
    private static final Set<String> ENDS = Set.of("COMPLETED", "FAILED", "SKIPPED", "CANCELLED");

    private final Path path;
    private String source = "";
    private long tasks;
    private boolean hasList;
    private final Hashes targets = new Hashes();

    private StateFile(Path path) {
        this.path = path;
    }

    /** @throws InvalidInputException when it is not whole, no JSON, or no such file; naming where */
    public static StateFile scan(Path path) {
        StateFile file = new StateFile(path);
        file.read((parser, name) -> file.scanTop(parser, name));
        if (!file.hasList) {
            throw invalid(
                    "", "has neither 'tasks', as a queue_state.json, nor 'snapshots', as a workflow_snapshots.json");
        }
        return file;
    }

    /** Whose ids the tasks have; empty when the file says nothing. */
    public String source() {
        return source;
    }

    /** How many tasks it holds. */
    public long tasks() {
        return tasks;
    }

    /** Whether a task that has not ended has a branch which is to take this one. */
    boolean isTarget(Name name) {
        return targets.has(name.key());
    }

    /** Each task with its place. */
    void forEach(Visitor visitor) {
        read((parser, name) -> {
            boolean snapshots = name.equals(SNAPSHOTS);
            if (!snapshots && !name.equals(TASKS)) {
                parser.skipChildren();
                return;
            }
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                long from = offset(parser);
                JsonNode node = Json.readOne(parser);
                String at = "/" + name + "/" + i;
                if (snapshots) {
                    visit(visitor, node, at);
                } else {
                    visitor.visit(node, at, offset(parser) - from);
                }
            }
        });
    }

    private void visit(Visitor visitor, JsonNode snapshot, String at) {
        for (Snapshots.Node node : Snapshots.nodes(snapshot, at)) {
            visitor.visit(node.task(), node.path(), Json.write(node.task()).length());
        }
    }

    private void read(Reader reader) {
        long before = tasks;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path), 1 << 16);
                JsonParser parser = Json.mapper().getFactory().createParser(in)) {
            parser.setCodec(Json.mapper());
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("", "is no JSON object, but a file of tasks is one");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                reader.read(parser, name);
            }
            if (parser.nextToken() != null) {
                throw invalid("", "goes on after its end" + place(parser));
            }
        } catch (JsonProcessingException e) {
            throw new InvalidInputException(new Fault(
                    "",
                    null,
                    "is cut off or no JSON"
                            + (e.getLocation() == null
                                    ? ""
                                    : place(
                                            e.getLocation().getLineNr(),
                                            e.getLocation().getColumnNr()))
                            + ", after " + (tasks - before) + " whole tasks: " + firstLine(e.getOriginalMessage())
                            + "; nothing of it was stored"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void scanTop(JsonParser parser, String name) throws IOException {
        switch (name) {
            case "version" -> {
                if (!parser.getText().equals(Exports.VERSION)) {
                    throw new InvalidInputException(new Fault(
                            "/version",
                            Storable.shorten(parser.getText()),
                            "must be \"" + Exports.VERSION + "\", the only one there is"));
                }
                parser.skipChildren();
            }
            case "source" -> {
                source = parser.currentToken() == JsonToken.VALUE_NULL ? "" : parser.getText();
                if (!source.matches(Name.SOURCE)) {
                    throw new InvalidInputException(new Fault(
                            "/source", Storable.shorten(source), "must be at most 40 letters, digits and _ . -"));
                }
                if (hasList) {
                    throw invalid("/source", "must stand before the tasks: it says whose ids they have");
                }
            }
            case TASKS -> scanList(parser, name);
            case SNAPSHOTS -> scanList(parser, name);
            default -> parser.skipChildren();
        }
    }

    private void scanList(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("/" + name, "must be an array");
        }
        hasList = true;
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            String at = "/" + name + "/" + i;
            if (name.equals(SNAPSHOTS)) {
                JsonNode snapshot = Json.readOne(parser);
                for (Snapshots.Node node : Snapshots.nodes(snapshot, at)) {
                    tasks++;
                    Snapshots.targets(node.task()).forEach(target -> targets.add(new Name(source, target).key()));
                }
            } else {
                scanTask(parser, at);
                tasks++;
            }
        }
    }

    /** Looks for what a branch names without building the task, which may be large. */
    private void scanTask(JsonParser parser, String at) throws IOException {
        long from = offset(parser);
        List<String> named = new ArrayList<>();
        String status = "";
        String own = null;
        String last = "";
        String top = "";
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token == null) {
                return; // cut off: the next token says so
            }
            if (token.isStructStart()) {
                depth++;
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token == JsonToken.FIELD_NAME) {
                last = parser.currentName();
                top = depth == 1 ? last : top;
            } else if (token == JsonToken.VALUE_STRING) {
                switch (last) {
                    case "status" -> status = depth == 1 ? parser.getText() : status;
                    case "source" -> own = depth == 1 ? parser.getText() : own;
                    case "next_task_id" -> {
                        if (top.equals("conditional_branches")) {
                            named.add(parser.getText());
                        }
                    }
                    default -> {} // of no interest here
                }
            }
            if (offset(parser) - from > LARGEST) {
                throw invalid(at, "takes more than " + LARGEST + " bytes");
            }
            if (depth > 0) {
                parser.nextToken();
            }
        } while (depth > 0);
        if (!ENDS.contains(status.toUpperCase(Locale.ROOT))) {
            String of = own == null ? source : own;
            named.forEach(target -> targets.add(new Name(of, target).key()));
        }
    }

    private static long offset(JsonParser parser) {
        return parser.currentLocation().getByteOffset();
    }

    private static InvalidInputException invalid(String path, String message) {
        return new InvalidInputException(new Fault(path, null, message));
    }

    private static String place(JsonParser parser) {
        return place(
                parser.currentLocation().getLineNr(), parser.currentLocation().getColumnNr());
    }

    private static String place(int line, int column) {
        return " at line " + line + ", column " + column;
    }

    private static String firstLine(@Nullable String message) {
        return String.valueOf(message).lines().findFirst().orElse("").replaceFirst(" \\(start marker at .*", "");
    }

    private interface Reader {
        void read(JsonParser parser, String name) throws IOException;
    }

    /** Is shown each task. */
    @FunctionalInterface
    interface Visitor {
        /** @param bytes about how many it takes */
        void visit(JsonNode task, String at, long bytes);
    }
}
