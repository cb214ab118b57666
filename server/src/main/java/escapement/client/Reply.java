package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;

/** What the server answered, as it sent it. */
record Reply(int status, String body) {
    JsonNode json() {
        try {
            return Json.parse(body);
        } catch (IllegalArgumentException e) {
            throw new ClientException(
                    ExitCode.UNREACHABLE,
                    "what answered with " + status + " sent no JSON: is --url that of an Escapement server?");
        }
    }
}
