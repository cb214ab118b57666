package escapement.action.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.ActionContext;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes one HTTP request and returns what came back.
 *
 * <p>Connects only to addresses that were checked: a name is resolved once, its addresses are judged, and the connection
 * goes to one of those, redirects included. Certificates are checked against the name.
 */
public final class HttpRequestAction implements DryRunnable, AutoCloseable {
    private static final int DEFAULT_TIMEOUT_SECONDS = 30;
    private static final int DEFAULT_MAX_BYTES = 256 * 1024;
    /** Answers after which another try may help (RFC 9110, RFC 6585, RFC 8470); also all from 500 on. */
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429);

    /** Headers that let their reader act as the sender: a plan is read by people whom that does not concern. */
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(auth|cookie|token|secret|key|passw|credential|session|signature).*");

    /** Headers whose values are not even stored as they are. */
    private static final List<String> SEALED = List.of("Authorization", "Proxy-Authorization", "Cookie", "X-Api-Key");

    private final GuardedHttp http;

    public HttpRequestAction(HttpAllowList allowed) {
        this(allowed, InetAddress::getAllByName);
    }

    HttpRequestAction(HttpAllowList allowed, GuardedHttp.Resolver resolver) {
        this.http = new GuardedHttp(allowed, resolver);
    }

    @Override
    public String name() {
        return "http_request";
    }

    @Override
    public String description() {
        return "Makes one HTTP request; the result has status, headers and body (JSON if the answer is JSON).";
    }

    @Override
    public JsonNode paramsSchema() {
        return Schemas.parse("""
                {"type": "object", "required": ["url"], "additionalProperties": false,
                 "properties": {
                   "method": {"enum": ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"], "default": "GET"},
                   "url": {"type": "string", "maxLength": 8000, "pattern": "^https?://", "description": "http or https"},
                   "headers": {"type": "object", "maxProperties": 100, "additionalProperties": {"type": "string", "maxLength": 8000},
                               "patternProperties": {"%s": {"type": "string", "maxLength": 8000, "writeOnly": true}}},
                   "body": {"description": "a text is sent as it is, anything else as JSON"},
                   "expected_status": {"description": "absent: any from 200 to 299", "type": "array", "minItems": 1,
                                       "items": {"type": "integer", "minimum": 100, "maximum": 599}},
                   "timeout_seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600, "default": 30},
                   "max_response_bytes": {"type": "integer", "minimum": 0, "maximum": 1000000, "default": 262144},
                   "max_redirects": {"type": "integer", "minimum": 0, "maximum": 10, "default": 0}}}
                """.formatted(anyCase(SEALED)));
    }

    /** A pattern for these names in upper and lower case, as every reader of JSON Schema understands it. */
    private static String anyCase(List<String> names) {
        return names.stream()
                .flatMap(name -> name
                        .chars()
                        .mapToObj(c -> Character.isLetter(c)
                                ? "[%c%c]".formatted(Character.toUpperCase(c), Character.toLowerCase(c))
                                : Character.toString(c))
                        .reduce(String::concat)
                        .stream())
                .collect(Collectors.joining("|", "^(", ")$"));
    }

    @Override
    public Outcome run(ActionContext context) throws InterruptedException {
        JsonNode params = context.params();
        try {
            return judge(http.exchange(request(params)), params.path("expected_status"));
        } catch (GuardedHttp.RefusedException e) {
            return new Outcome.Failed(e.why(), false);
        } catch (GuardedHttp.TooSlowException e) {
            return new Outcome.TimedOut(e.limit());
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new Outcome.Failed(params.path("url").asText() + ": " + describe(e), true);
        }
    }

    /** What would be sent and where to; the name is resolved and judged, and nobody is connected to. */
    @Override
    public Outcome dryRun(ActionContext context) {
        JsonNode params = context.params();
        try {
            GuardedHttp.Request request = request(params);
            return new Outcome.DryRun(plan(request, http.destination(request)));
        } catch (GuardedHttp.RefusedException e) {
            return new Outcome.Failed(e.why(), false);
        } catch (IOException e) {
            return new Outcome.Failed(params.path("url").asText() + ": " + describe(e), true);
        }
    }

    private static ObjectNode plan(GuardedHttp.Request request, GuardedHttp.Destination destination) {
        ObjectNode plan = Json.nodes().objectNode();
        plan.put("method", request.method()).put("url", request.url().toString());
        ArrayNode addresses = plan.putArray("addresses");
        destination.addresses().forEach(address -> addresses.add(address.getHostAddress()));
        plan.put("allowed", destination.refusal() == null);
        if (destination.refusal() != null) {
            plan.put("refusal", destination.refusal());
        }
        ObjectNode headers = plan.putObject("headers");
        request.headers()
                .forEach(header -> headers.put(
                        header.name(), SECRET.matcher(header.name()).matches() ? "(hidden)" : header.value()));
        return plan;
    }

    private static GuardedHttp.Request request(JsonNode params) throws GuardedHttp.RefusedException {
        return new GuardedHttp.Request(
                params.path("method").asText("GET"),
                GuardedHttp.url(params.path("url").asText()),
                params.path("headers").properties().stream()
                        .map(header -> new GuardedHttp.Header(
                                header.getKey(), header.getValue().asText()))
                        .toList(),
                params.get("body"),
                Duration.ofMillis((long) (params.path("timeout_seconds").asDouble(DEFAULT_TIMEOUT_SECONDS) * 1000)),
                params.path("max_response_bytes").asInt(DEFAULT_MAX_BYTES),
                params.path("max_redirects").asInt(0));
    }

    private static Outcome judge(GuardedHttp.Response response, JsonNode expected) {
        int status = response.status();
        if (isExpected(status, expected)) {
            return new Outcome.Succeeded(response.json());
        }
        boolean retryable = status >= 500 || TRANSIENT.contains(status);
        return new Outcome.Failed("status " + status + " from " + response.url() + excerpt(response.text()), retryable);
    }

    private static boolean isExpected(int status, JsonNode expected) {
        if (expected.isMissingNode()) {
            return status >= 200 && status <= 299;
        }
        for (JsonNode one : expected) {
            if (one.asInt() == status) {
                return true;
            }
        }
        return false;
    }

    private static String excerpt(String body) {
        return body.isBlank()
                ? ""
                : ": " + body.strip().substring(0, Math.min(500, body.strip().length()));
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    @Override
    public void close() {
        http.close();
    }
}
