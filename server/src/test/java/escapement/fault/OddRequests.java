package escapement.fault;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Requests that the API describes, odd in all sorts of ways, and some that are hardly requests; all by one seed. */
final class OddRequests {
    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json; charset=utf-16",
            "application/json;charset=nonsense",
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data; boundary=x",
            "application/xml",
            "nonsense",
            ";;;",
            "");
    private static final List<String> ODD_TEXTS = List.of(
            "",
            "0",
            "-1",
            "9223372036854775808",
            "1e3",
            "null",
            "%",
            "%zz",
            "%00",
            "%ff%fe",
            "%2f..%2f..",
            "..;/",
            "%e2%82",
            "%F0%9F%92%A5",
            "a b".replace(" ", "%20"),
            "'%20or%201=1",
            ";x=1",
            "%0d%0aX-Odd:%201",
            "1,2,3",
            "2026-01-01T00:00:00Z",
            "%2B999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "P1D",
            "x".repeat(3000));

    private final Random random;
    private final JsonNode document;
    private final OddJson json;
    private final List<String> ids;
    private final int port;
    private final List<String[]> operations = new ArrayList<>(); // method and path

    /**
     * @param document the OpenAPI description
     * @param ids of tasks that there are
     */
    OddRequests(long seed, JsonNode document, List<String> ids, int port) {
        this.random = new Random(seed);
        this.document = document;
        this.json = new OddJson(random, document);
        this.ids = ids;
        this.port = port;
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
                if (!method.getKey().equals("parameters")) {
                    operations.add(new String[] {method.getKey(), path.getKey()});
                }
            }
        }
    }

    /** A request of the API. */
    byte[] structured() {
        String[] operation = operations.get(random.nextInt(operations.size()));
        JsonNode described = document.path("paths").path(operation[1]).path(operation[0]);
        String method = random.nextInt(40) == 0
                ? METHODS.get(random.nextInt(METHODS.size()))
                : operation[0].toUpperCase(Locale.ROOT);
        String target = path(operation[1], described) + query(described);
        JsonNode content = described.path("requestBody").path("content");
        byte[] body = content.isEmpty() && random.nextInt(20) != 0
                ? new byte[0]
                : body(content.properties().stream()
                        .findFirst()
                        .map(entry -> entry.getValue().path("schema"))
                        .orElse(content));
        String type = random.nextInt(15) == 0 ? TYPES.get(random.nextInt(TYPES.size())) : TYPES.getFirst();
        return request(method, target, "Content-Type: " + type + "\r\n" + oddHeader(), body);
    }

    private byte[] request(String method, String target, String headers, byte[] body) {
        String head = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nConnection: close\r\nAccept: application/json\r\n" + headers + "Content-Length: " + body.length
                + "\r\n\r\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    private String path(String template, JsonNode described) {
        String path = template;
        for (JsonNode parameter : described.path("parameters")) {
            if (parameter.path("in").asText().equals("path")) {
                path = path.replace("{" + parameter.path("name").asText() + "}", pathValue(parameter));
            }
        }
        return path.replaceAll("[{}]", "");
    }

    private String pathValue(JsonNode parameter) {
        return switch (random.nextInt(5)) {
            case 0 -> oddText();
            case 1 -> parameter.path("example").asText("1");
            default -> ids.get(random.nextInt(ids.size()));
        };
    }

    private String query(JsonNode described) {
        StringBuilder query = new StringBuilder();
        for (JsonNode parameter : described.path("parameters")) {
            if (parameter.path("in").asText().equals("query") && random.nextInt(3) == 0) {
                add(query, parameter.path("name").asText(), queryValue(parameter));
            }
        }
        if (random.nextInt(15) == 0) {
            add(query, oddText(), oddText());
        }
        return query.toString();
    }

    private static void add(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "?" : "&").append(name).append("=").append(value);
    }

    private String queryValue(JsonNode parameter) {
        if (parameter.path("name").asText().equals("timeout_seconds")) {
            return List.of("0", "1", "-1", "x", "99999999999", "").get(random.nextInt(6)); // none that waits for long
        }
        if (random.nextInt(3) == 0) {
            return oddText();
        }
        String text = json.of(parameter.path("schema")).replaceAll("^\"|\"$", "");
        StringBuilder encoded = new StringBuilder();
        for (byte one : text.substring(0, Math.min(text.length(), 2000)).getBytes(StandardCharsets.UTF_8)) {
            encoded.append(
                    Character.isLetterOrDigit(one) ? Character.toString(one) : String.format("%%%02x", one & 0xff));
        }
        return encoded.toString();
    }

    private String oddText() {
        return ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size()));
    }

    private String oddHeader() {
        return switch (random.nextInt(30)) {
            case 0 -> "Accept-Encoding: " + oddText() + "\r\n";
            case 1 -> "Content-Encoding: gzip\r\n";
            case 2 -> "Last-Event-ID: " + oddText() + "\r\n";
            case 3 -> "Authorization: Bearer " + oddText() + "\r\n";
            case 4 -> "Authorization: Basic !!!\r\n";
            case 5 -> "Cookie: escapement=" + oddText() + "; =; ;;\r\n";
            case 6 -> "If-None-Match: " + oddText() + "\r\n";
            case 7 -> "Range: bytes=5-1,-\r\n";
            case 8 -> "X-Forwarded-For: " + oddText() + "\r\n";
            case 9 -> "X-Escapement-Request: " + oddText() + "\r\n";
            default -> "";
        };
    }

    private byte[] body(JsonNode schema) {
        String text = random.nextInt(20) == 0 ? json.odd() : json.of(schema);
        return switch (random.nextInt(40)) {
            case 0 -> text.substring(0, random.nextInt(text.length() + 1)).getBytes(StandardCharsets.UTF_8);
            case 1 -> ("\ufeff" + text).getBytes(StandardCharsets.UTF_8);
            case 2 -> text.getBytes(StandardCharsets.UTF_16);
            case 3 -> text.getBytes(Charset.forName("UTF-32"));
            case 4 -> (text + "é").getBytes(StandardCharsets.ISO_8859_1);
            case 5 -> (text + text).getBytes(StandardCharsets.UTF_8);
            case 6 -> flipped(text.getBytes(StandardCharsets.UTF_8), 3);
            case 7 -> new byte[0];
            default -> text.getBytes(StandardCharsets.UTF_8);
        };
    }

    /** Bytes that are hardly a request. */
    byte[] raw() {
        byte[] request = structured();
        return switch (random.nextInt(12)) {
            case 0 -> noise(1 + random.nextInt(4000));
            case 1 -> flipped(request, 1 + random.nextInt(20));
            case 2 -> Arrays.copyOf(request, random.nextInt(request.length));
            case 3 -> head("GET /api/v1/tasks HTTP/9.9", "");
            case 4 -> head("GET /" + "a".repeat(random.nextInt(100_000)) + " HTTP/1.1", "");
            case 5 -> head("POST /api/v1/tasks HTTP/1.1", "Content-Length: " + oddLength() + "\r\n");
            case 6 -> head("POST /api/v1/tasks HTTP/1.1", "Transfer-Encoding: chunked\r\n", oddChunks());
            case 7 ->
                head(
                        "POST /api/v1/tasks HTTP/1.1",
                        "Content-Length: 5\r\nContent-Length: 6\r\nTransfer-Encoding: chunked, identity\r\n",
                        "0\r\n\r\nGET /");
            case 8 -> head("GET / HTTP/1.1", "X-Odd: 1\r\n".repeat(random.nextInt(3000)));
            case 9 -> head("GET / HTTP/1.1", "X-Odd: " + "y".repeat(random.nextInt(100_000)) + "\r\n");
            case 10 -> head("GET / HTTP/1.1", "Expect: " + oddText() + "\r\n folded: 1\r\n\0: 0\r\nno colon\r\n");
            default -> head(METHODS.get(random.nextInt(METHODS.size())) + " * HTTP/1.1", "Upgrade: websocket, h2c\r\n");
        };
    }

    private byte[] head(String line, String headers) {
        return head(line, headers, "");
    }

    private byte[] head(String line, String headers, String body) {
        return (line + "\r\nHost: 127.0.0.1:" + port + "\r\n" + headers + "\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String oddLength() {
        return List.of("-1", "99999999999999999999", "1e3", "5, 5", "0x10", "", "1000000", "17000000")
                .get(random.nextInt(8));
    }

    private String oddChunks() {
        return List.of(
                        "zz\r\nabc",
                        "-5\r\nabc",
                        "ffffffffffffffff\r\nabc",
                        "5\r\nab",
                        "5;x=\"y\r\nabcde\r\n",
                        "0\r\nTrailer: x\r\n",
                        "3\r\n{}}\r\n0\r\n\r\n",
                        "1\r\n{\r\n".repeat(2000))
                .get(random.nextInt(8));
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] flipped(byte[] bytes, int times) {
        byte[] flipped = bytes.clone();
        for (int i = 0; i < times && flipped.length > 0; i++) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    /** The description that this server gives of itself. */
    static JsonNode describedBy(String openApi) {
        return Json.parse(openApi);
    }
}
