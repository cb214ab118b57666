package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;

/** What became of the tasks of a file, for people: what they should look at, and how many there are of each. */
final class ImportReport {
    private final boolean quiet;
    private JsonNode totals = Json.nodes().objectNode();
    private String stopped = "";
    private boolean dryRun;
    private long read;
    private long told;

    /** @param quiet when the answer itself is printed */
    ImportReport(boolean quiet) {
        this.quiet = quiet;
    }

    void set(String field, JsonNode value) {
        switch (field) {
            case "dry_run" -> dryRun = value.asBoolean();
            case "read" -> read = value.asLong();
            case "totals" -> totals = value;
            case "stopped" -> stopped = value.asText("");
            default -> {} // nothing for people
        }
    }

    long read() {
        return read;
    }

    long told() {
        return told;
    }

    void add(JsonNode task) {
        told++;
        if (quiet) {
            return;
        }
        String line = Text.of(task.path("verdict")) + "  " + Text.of(task.path("id"));
        if (task.path("note").isTextual() && !task.path("note").asText().equals("is here already")) {
            Call.say(line + "  " + Text.of(task.path("task_id")) + "  " + Text.of(task.path("note")));
        }
        for (JsonNode error : task.path("errors")) {
            Call.say(line + "  " + Text.of(error.path("path")) + ": " + Text.of(error.path("message"))
                    + (error.path("value").isTextual() ? " (" + Text.of(error.path("value")) + ")" : ""));
        }
    }

    /** @return the exit code */
    int end() {
        if (!quiet) {
            Call.say((dryRun ? "would be " : "")
                    + Text.fields(totals, "kept", "restored", "resumable", "refused")
                            .replace("\n", ", "));
        }
        if (!stopped.isEmpty()) {
            System.err.println("escapement: it " + stopped);
            return ExitCode.UNREACHABLE;
        }
        return totals.path("refused").asLong() > 0 ? ExitCode.REFUSED : ExitCode.OK;
    }
}
