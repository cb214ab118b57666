package escapement.support;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.ActionContext;
import escapement.json.Json;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The first attempt of a task that exists only for an action under test. Thread-safe. */
public final class TestContext implements ActionContext {
    private final JsonNode params;
    private final List<String> log = new CopyOnWriteArrayList<>();

    public TestContext(JsonNode params) {
        this.params = params;
    }

    public static TestContext of(String params) {
        return new TestContext(Json.parse(params));
    }

    /** The lines logged so far. */
    public List<String> log() {
        return log;
    }

    @Override
    public long taskId() {
        return 1;
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public int failuresBefore() {
        return 0;
    }

    @Override
    public JsonNode params() {
        return params;
    }

    @Override
    public void log(String line) {
        log.add(line);
    }

    @Override
    public void progress(double fraction, @Nullable String message) {}
}
