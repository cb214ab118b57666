package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.json.Storable;

/** Turns what an action returned into JSON text that fits: odd characters replaced, too much of it cut and said so. */
final class ResultText {
    static final int MAX_CHARS = 1_000_000;

    private ResultText() {}

    static String of(JsonNode result) {
        String text;
        try {
            text = Json.write(Storable.mend(result));
        } catch (RuntimeException | StackOverflowError e) { // a node that wraps an object of the action's own
            return unstorable(String.valueOf(e.getMessage()));
        }
        if (text.length() <= MAX_CHARS) {
            return text;
        }
        return Json.write(Json.nodes()
                .objectNode()
                .put("truncated", true)
                .put("original_characters", text.length())
                .put("beginning", Storable.mend(text, MAX_CHARS / 10)));
    }

    /** What is stored in place of a result that cannot be. */
    static String unstorable(String why) {
        return Json.write(Json.nodes().objectNode().put("unstorable_result", Storable.mend(why, 1000)));
    }
}
