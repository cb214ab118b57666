package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The server's problems in words. */
final class Refusals {
    private Refusals() {}

    /** What happened, in one line. */
    static String sentence(Reply reply) {
        JsonNode problem = problem(reply);
        String title = problem.path("title").asText();
        String detail = problem.path("detail").asText();
        return reply.status()
                + (title.isEmpty() ? "" : " " + Text.line(title))
                + (detail.isEmpty() ? "" : ": " + Text.line(detail));
    }

    /** Each thing that is wrong, with its path, and what may help. */
    static List<String> details(Reply reply, Access access) {
        List<String> details = new ArrayList<>();
        JsonNode problem = problem(reply);
        for (JsonNode error : problem.path("errors")) {
            details.add("  " + Text.line(error.path("path").asText()) + " "
                    + Text.line(error.path("message").asText())
                    + (error.path("value").isNull() || error.path("value").isMissingNode()
                            ? ""
                            : ", got '" + Text.line(error.path("value").asText()) + "'"));
        }
        if (reply.status() == 401) {
            details.add(
                    access.token().isEmpty()
                            ? "  this server wants a token: set " + Access.TOKEN_VARIABLE + " or give --token-file FILE"
                            : "  the token that was sent is not, or no longer, a good one");
        }
        if (problem.isEmpty()) {
            details.add("  the answer is not that of an Escapement server: is " + access.url() + " the right one?");
        }
        return details;
    }

    private static JsonNode problem(Reply reply) {
        try {
            return Json.parse(reply.body());
        } catch (IllegalArgumentException e) {
            return Json.nodes().objectNode();
        }
    }
}
