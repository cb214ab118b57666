package escapement.metricslog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;

/** What became of the lines of an import. For one thread. */
public final class ImportReport {
    private static final int MOST_ERRORS = 100;

    private final String source;
    private final List<Refusal> errors = new ArrayList<>();
    private long lines;
    private long imported;
    private long known;
    private long own;
    private long partial;
    private long uncounted;
    private long outcomes;
    private long refused;

    ImportReport(String source) {
        this.source = source;
    }

    void read(ImportedLine line) {
        lines++;
        partial += line.partial() ? 1 : 0;
        uncounted += line.countable() ? 0 : 1;
    }

    void refuse(long number, String message) {
        lines++;
        refused++;
        if (errors.size() < MOST_ERRORS) {
            errors.add(new Refusal(number, message));
        }
    }

    /** @param given how many lines were to be stored */
    void store(int given, ImportStore.Stored stored) {
        imported += stored.added();
        own += stored.own();
        known += given - stored.added() - stored.own();
        outcomes += stored.outcomes();
    }

    boolean hasStored() {
        return imported > 0;
    }

    ObjectNode counts() {
        return Json.nodes()
                .objectNode()
                .put("lines", lines)
                .put("imported", imported)
                .put("known", known)
                .put("own", own)
                .put("partial", partial)
                .put("uncounted", uncounted)
                .put("outcomes", outcomes)
                .put("refused", refused);
    }

    public ObjectNode json() {
        ObjectNode json = Json.nodes().objectNode().put("source", source);
        json.setAll(counts());
        ArrayNode list = json.putArray("errors");
        errors.forEach(error -> list.addObject().put("line", error.line()).put("message", error.message()));
        return json;
    }

    private record Refusal(long line, String message) {}
}
