package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Json;
import io.javalin.http.Context;
import java.util.List;

/** An error as the caller sees it: problem JSON (RFC 9457) with what, where, which value and what to do. */
record Problem(int status, String title, String detail, List<Fault> faults) {
    static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, List.of());
    }

    static Problem invalid(List<Fault> faults) {
        String detail = faults.size() == 1
                ? faults.getFirst().path() + " " + faults.getFirst().message()
                : faults.size() + " things are wrong, see errors";
        return new Problem(400, "Invalid request", detail.strip(), faults);
    }

    void answer(Context ctx) {
        ctx.status(status).contentType("application/problem+json").result(json());
    }

    String json() {
        ObjectNode body = Json.nodes().objectNode();
        body.put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        if (!faults.isEmpty()) {
            ArrayNode errors = body.putArray("errors");
            for (Fault fault : faults) {
                errors.addObject()
                        .put("path", fault.path())
                        .put("value", fault.value())
                        .put("message", fault.message());
            }
        }
        return Json.write(body);
    }
}
