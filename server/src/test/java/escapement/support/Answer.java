package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** What the server answered. */
public record Answer(int status, HttpHeaders headers, String text) {
    public JsonNode json() {
        return Json.parse(text);
    }

    public String contentType() {
        return headers.firstValue("Content-Type").orElse("");
    }

    /** Checks that it is this status with a JSON body. */
    public Answer is(int wanted) {
        assertThat(status).as("%s", text).isEqualTo(wanted);
        return this;
    }

    /** Checks that it is problem JSON of this status. */
    public JsonNode problem(int wanted) {
        is(wanted);
        assertThat(contentType()).startsWith("application/problem+json");
        JsonNode problem = json();
        assertThat(problem.path("status").intValue()).isEqualTo(wanted);
        assertThat(problem.path("title").asText()).isNotBlank();
        assertThat(problem.path("detail").asText()).isNotBlank();
        return problem;
    }

    /** The paths of the faults of an invalid request. */
    public List<String> faultPaths() {
        List<String> paths = new ArrayList<>();
        problem(400)
                .path("errors")
                .forEach(fault -> paths.add(fault.path("path").textValue()));
        return paths;
    }
}
