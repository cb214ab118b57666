package escapement.action.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.TestContext;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to servers on this machine. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HttpRequestActionTest {
    private final List<Seen> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;
    private HttpServer other;
    private HttpRequestAction action;

    @BeforeEach
    void start() throws IOException {
        server = serve();
        other = serve();
        action = new HttpRequestAction(HttpAllowList.parse("127.0.0.1"));
    }

    private HttpServer serve() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", this::answer);
        http.start();
        return http;
    }

    @AfterEach
    void stop() {
        end.countDown();
        action.close();
        server.stop(0);
        other.stop(0);
    }

    /** {@code /STATUS?type=…&body=…&location=…}; {@code /silent} never answers, {@code /endless} never ends. */
    private void answer(HttpExchange exchange) throws IOException {
        requests.add(Seen.of(exchange));
        Map<String, String> query = query(exchange);
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/silent" -> awaitEnd();
                case "/endless" -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    while (end.getCount() > 0) {
                        body.write(new byte[8192]);
                    }
                }
                case "/zipped" -> {
                    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream zipped = new GZIPOutputStream(exchange.getResponseBody())) {
                        zipped.write("a".repeat(50_000).getBytes(StandardCharsets.US_ASCII));
                    }
                }
                case "/trickle" -> {
                    exchange.sendResponseHeaders(200, 0);
                    while (!end.await(50, TimeUnit.MILLISECONDS)) {
                        exchange.getResponseBody().write('.');
                        exchange.getResponseBody().flush();
                    }
                }
                default -> {
                    query.forEach((name, value) -> {
                        if (!name.equals("body")) {
                            exchange.getResponseHeaders().add(name, value);
                        }
                    });
                    byte[] body = query.getOrDefault("body", "").getBytes(StandardCharsets.UTF_8);
                    int status =
                            Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
                    boolean none =
                            body.length == 0 || exchange.getRequestMethod().equals("HEAD");
                    exchange.sendResponseHeaders(status, none ? -1 : body.length);
                    if (!none) {
                        exchange.getResponseBody().write(body);
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnd() throws InterruptedException {
        end.await();
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new java.util.TreeMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String part : raw == null ? new String[0] : raw.split("&")) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], java.net.URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    @Test
    void a_json_answer_becomes_a_json_result() throws Exception {
        JsonNode result = succeeded(get(url(server, 200, "Content-Type", "application/json", "body", "{\"n\":1.10}")));

        assertThat(result.path("status").intValue()).isEqualTo(200);
        assertThat(result.path("headers").path("content-type").asText()).isEqualTo("application/json");
        assertThat(Json.write(result.path("body"))).isEqualTo("{\"n\":1.10}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain               | héllo ☃      | \"héllo ☃\"",
                "application/problem+json | {\"a\":[1]}  | {\"a\":[1]}",
                "application/json         | {\"a\":      | \"{\\\"a\\\":\"",
                "application/x-ndjson     | {\"a\":1} {\"b\":2} | \"{\\\"a\\\":1} {\\\"b\\\":2}\"",
                "text/plain; charset=none | plain        | \"plain\"",
                "nonsense;;=              | plain        | \"plain\""
            })
    void what_is_not_json_is_kept_as_text(String type, String body, String expected) throws Exception {
        JsonNode result = succeeded(get(url(server, 200, "Content-Type", type, "body", body)));

        assertThat(Json.write(result.path("body"))).isEqualTo(expected);
    }

    @Test
    void an_empty_answer_is_no_fault_of_its_type() throws Exception {
        JsonNode result = succeeded(get(url(server, 204, "Content-Type", "application/json")));

        assertThat(result.path("status").intValue()).isEqualTo(204);
        assertThat(Json.write(result)).contains("\"body\":");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504, 429, 408, 425})
    void an_answer_that_may_get_better_is_retried(int status) throws Exception {
        Outcome.Failed failed = failed(get(url(server, status, "body", "try later")));

        assertThat(failed.retryable()).isTrue();
        assertThat(failed.error())
                .startsWith("status " + status + " from http://")
                .endsWith(": try later");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 410, 422, 301, 304})
    void an_answer_that_will_stay_is_not_retried(int status) throws Exception {
        Outcome.Failed failed = failed(get(url(server, status)));

        assertThat(failed.retryable()).isFalse();
        assertThat(failed.error()).contains("status " + status);
    }

    @Test
    void an_expected_status_is_a_success_and_any_other_is_not() throws Exception {
        ObjectNode params = params(url(server, 404));
        params.putArray("expected_status").add(404).add(410);
        assertThat(run(params)).isInstanceOf(Outcome.Succeeded.class);

        params.put("url", url(server, 200));
        assertThat(run(params)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void method_headers_and_a_json_body_arrive() throws Exception {
        ObjectNode params = params(url(server, 200)).put("method", "POST");
        params.putObject("headers").put("X-Trace", "42").put("Authorization", "Bearer key");
        params.putObject("body").put("amount", 12);

        succeeded(params);

        Seen seen = requests.getFirst();
        assertThat(seen.method()).isEqualTo("POST");
        assertThat(seen.headers())
                .containsEntry("x-trace", "42")
                .containsEntry("authorization", "Bearer key")
                .hasEntrySatisfying("content-type", type -> assertThat(type).startsWith("application/json"));
        assertThat(seen.body()).isEqualTo("{\"amount\":12}");
    }

    @Test
    void a_text_body_is_sent_as_it_is_with_the_type_that_its_task_gives() throws Exception {
        ObjectNode params = params(url(server, 200)).put("method", "PUT").put("body", "a=1&b=é");
        params.putObject("headers").put("content-type", "application/x-www-form-urlencoded");

        succeeded(params);

        assertThat(requests.getFirst().body()).isEqualTo("a=1&b=é");
        assertThat(requests.getFirst().headers()).containsEntry("content-type", "application/x-www-form-urlencoded");
    }

    @Test
    void nothing_but_what_was_asked_for_and_what_http_needs_is_sent() throws Exception {
        succeeded(params(url(server, 200)));

        assertThat(requests.getFirst().headers().keySet())
                .containsOnly("host", "connection", "user-agent", "accept-encoding");
        assertThat(requests.getFirst().headers())
                .containsEntry("user-agent", "Escapement")
                .containsEntry("accept-encoding", "gzip");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Host", "content-length", "Transfer-Encoding", "Connection", "Upgrade", "TE", "Trailer", "Expect"
            })
    void a_header_that_frames_the_message_is_refused(String name) throws Exception {
        ObjectNode params = params(url(server, 200));
        params.putObject("headers").put(name, "1");

        Outcome.Failed failed = failed(run(params));

        assertThat(failed.retryable()).isFalse();
        assertThat(failed.error()).isEqualTo("the header '" + name + "' is set by the client itself");
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X\r\nHost: evil", "X: y\r\nZ", "Host ", "X\n", "", "X Y", "X:Y", "Hé", "X\0"})
    void a_header_name_that_would_become_another_header_is_refused(String name) throws Exception {
        ObjectNode params = params(url(server, 200));
        params.putObject("headers").put(name, "1");

        Outcome.Failed failed = failed(run(params));

        assertThat(failed.retryable()).isFalse();
        assertThat(failed.error()).contains("header");
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\r\nX-Evil: 2", "1\nX-Evil: 2", "1\rX-Evil: 2", "1\0"})
    void a_header_value_that_would_become_another_header_is_refused(String value) throws Exception {
        ObjectNode params = params(url(server, 200));
        params.putObject("headers").put("X-Good", value);

        Outcome.Failed failed = failed(run(params));

        assertThat(failed.retryable()).isFalse();
        assertThat(failed.error()).contains("X-Good");
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/silent", "/trickle"})
    void an_answer_that_does_not_come_or_does_not_end_times_out(String path) throws Exception {
        long from = System.nanoTime();

        Outcome outcome = run(params(base(server) + path).put("timeout_seconds", 0.5));

        assertThat(outcome).isEqualTo(new Outcome.TimedOut(Duration.ofMillis(500)));
        assertThat(Duration.ofNanos(System.nanoTime() - from))
                .isBetween(Duration.ofMillis(490), Duration.ofMillis(1500));
    }

    @Test
    void a_timeout_is_always_called_so() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(run(params(base(server) + "/silent").put("timeout_seconds", 0.02)))
                    .isEqualTo(new Outcome.TimedOut(Duration.ofMillis(20)));
        }
    }

    @Test
    void an_interrupted_request_ends_at_once() throws Exception {
        AtomicReference<Object> ended = new AtomicReference<>();
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                ended.set(run(params(base(server) + "/silent")));
            } catch (Exception e) {
                ended.set(e);
            }
        });
        escapement.support.Eventually.within(
                Duration.ofSeconds(5), () -> assertThat(requests).isNotEmpty());

        thread.interrupt();

        assertThat(thread.join(Duration.ofSeconds(5))).isTrue();
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void an_answer_larger_than_the_cap_is_refused_and_not_read_to_its_end() throws Exception {
        ObjectNode params = params(base(server) + "/endless").put("max_response_bytes", 100_000);

        Outcome.Failed failed = failed(run(params));

        assertThat(failed.retryable()).isFalse();
        assertThat(failed.error()).endsWith("is larger than 100000 bytes");
    }

    @Test
    void a_compressed_answer_is_unpacked_and_the_cap_counts_what_comes_out() throws Exception {
        assertThat(succeeded(params(base(server) + "/zipped")).path("body").asText())
                .isEqualTo("a".repeat(50_000));

        assertThat(failed(run(params(base(server) + "/zipped").put("max_response_bytes", 49_999)))
                        .error())
                .endsWith("is larger than 49999 bytes");
    }

    @Test
    void an_answer_of_exactly_the_cap_is_accepted() throws Exception {
        assertThat(run(params(url(server, 200, "body", "12345")).put("max_response_bytes", 5)))
                .isInstanceOf(Outcome.Succeeded.class);
        assertThat(run(params(url(server, 200, "body", "123456")).put("max_response_bytes", 5)))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void a_redirect_is_not_followed_unless_the_task_says_so() throws Exception {
        Outcome.Failed failed = failed(get(url(server, 302, "Location", url(other, 200))));

        assertThat(failed.error()).contains("status 302");
        assertThat(requests).hasSize(1);
    }

    @Test
    void a_redirect_is_followed_as_often_as_the_task_says() throws Exception {
        String twice = url(server, 302, "Location", url(server, 307, "Location", url(server, 200, "body", "there")));

        assertThat(succeeded(params(twice).put("max_redirects", 2)).path("body").asText())
                .isEqualTo("there");
        assertThat(failed(run(params(twice).put("max_redirects", 1))))
                .satisfies(failed -> assertThat(failed.retryable()).isFalse())
                .satisfies(failed -> assertThat(failed.error()).startsWith("more than 1 redirects"));
    }

    @Test
    void a_redirect_without_a_host_stays_with_its_host() throws Exception {
        assertThat(succeeded(params(url(server, 302, "Location", "/200?body=here"))
                                .put("max_redirects", 1))
                        .path("body")
                        .asText())
                .isEqualTo("here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.2:%d/200",
                "http://[::1]:%d/200",
                "file:///etc/passwd",
                "gopher://127.0.0.1:%d/",
                "http://[",
                "http://user@127.0.0.1:%d/200",
                "http:///200",
                "http://127.0.0.1:0/",
                "http://127.0.0.1:70000/",
                "//",
                "\\\\evil\\x"
            })
    void a_redirect_from_an_allowed_place_to_any_other_is_refused(String location) throws Exception {
        String target = location.formatted(other.getAddress().getPort());

        Outcome outcome = run(params(url(server, 302, "Location", target)).put("max_redirects", 3));

        assertThat(failed(outcome).retryable()).as(failed(outcome).error()).isFalse();
        assertThat(requests).hasSize(1);
    }

    @Test
    void a_secret_header_is_not_carried_to_another_host() throws Exception {
        ObjectNode params =
                params(url(server, 302, "Location", url(other, 200))).put("max_redirects", 1);
        params.putObject("headers").put("Authorization", "Bearer key").put("X-Api-Key", "key");

        succeeded(params);

        assertThat(requests).hasSize(2);
        assertThat(requests.get(0).headers()).containsKeys("authorization", "x-api-key");
        assertThat(requests.get(1).headers()).doesNotContainKeys("authorization", "x-api-key");
    }

    @ParameterizedTest
    @CsvSource({
        "301,POST,GET",
        "302,POST,GET",
        "303,PUT,GET",
        "307,POST,POST",
        "308,PUT,PUT",
        "302,PUT,PUT",
        "303,HEAD,HEAD"
    })
    void a_redirect_keeps_or_changes_the_method_as_rfc_9110_says(int status, String method, String then)
            throws Exception {
        ObjectNode params = params(url(server, status, "Location", url(server, 200)))
                .put("max_redirects", 1)
                .put("method", method);
        if (!method.equals("HEAD")) {
            params.put("body", "x");
        }

        succeeded(params);

        assertThat(requests.get(1).method()).isEqualTo(then);
        assertThat(requests.get(1).body()).isEqualTo(then.equals(method) && !method.equals("HEAD") ? "x" : "");
    }

    @Test
    void cookies_do_not_pass_from_one_task_to_another() throws Exception {
        succeeded(params(url(server, 200, "Set-Cookie", "session=1; Path=/")));
        succeeded(params(url(server, 200)));

        assertThat(requests.get(1).headers()).doesNotContainKey("cookie");
    }

    @Test
    void a_server_that_is_not_there_is_tried_again() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }

        Outcome.Failed failed = failed(get("http://127.0.0.1:" + port + "/"));

        assertThat(failed.retryable()).isTrue();
        assertThat(failed.error()).contains(":" + port);
    }

    @Test
    void a_proxy_of_the_environment_is_not_asked() throws Exception {
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", Integer.toString(other.getAddress().getPort()));
        System.setProperty("http.nonProxyHosts", "");
        try (HttpRequestAction fresh = new HttpRequestAction(HttpAllowList.parse("127.0.0.1"))) {
            assertThat(fresh.run(new TestContext(params(url(server, 200))))).isInstanceOf(Outcome.Succeeded.class);
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
            System.clearProperty("http.nonProxyHosts");
        }
        assertThat(requests)
                .singleElement()
                .satisfies(seen -> assertThat(seen.headers().get("host"))
                        .endsWith(":" + server.getAddress().getPort()));
    }

    @Test
    void a_name_that_answers_differently_the_second_time_cannot_slip_through() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        GuardedHttp.Resolver rebinding = host -> new InetAddress[] {
            asked.getAndIncrement() == 0 ? InetAddress.ofLiteral("93.184.215.14") : InetAddress.getLoopbackAddress()
        };
        try (HttpRequestAction guarded = new HttpRequestAction(HttpAllowList.parse(""), rebinding)) {
            String url = "http://rebind.test:" + server.getAddress().getPort() + "/200";
            ObjectNode params = params(url).put("timeout_seconds", 0.5);

            Outcome first = guarded.run(new TestContext(params));
            assertThat(asked)
                    .as("resolved once, and connected to what was judged")
                    .hasValue(1);
            assertThat(first).isNotInstanceOf(Outcome.Succeeded.class);

            Outcome.Failed second = failed(guarded.run(new TestContext(params)));
            assertThat(second.retryable()).isFalse();
            assertThat(second.error()).contains("no public address");
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void one_private_address_among_public_ones_is_enough_to_refuse() throws Exception {
        GuardedHttp.Resolver mixed =
                host -> new InetAddress[] {InetAddress.ofLiteral("93.184.215.14"), InetAddress.getLoopbackAddress()};
        try (HttpRequestAction guarded = new HttpRequestAction(HttpAllowList.parse(""), mixed)) {
            Outcome outcome = guarded.run(new TestContext(
                    params("http://mixed.test:" + server.getAddress().getPort() + "/200")));

            assertThat(failed(outcome).retryable()).isFalse();
        }
        assertThat(requests).isEmpty();
    }

    @Test
    void an_allowed_name_is_reached_at_the_address_it_resolves_to() throws Exception {
        GuardedHttp.Resolver resolver = host -> {
            if (!host.equals("inside.test")) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
        try (HttpRequestAction guarded = new HttpRequestAction(HttpAllowList.parse("*.test"), resolver)) {
            String port = ":" + server.getAddress().getPort();
            assertThat(guarded.run(new TestContext(params("http://inside.test" + port + "/200"))))
                    .isInstanceOf(Outcome.Succeeded.class);
            assertThat(failed(guarded.run(new TestContext(params("http://other.test" + port + "/200"))))
                            .retryable())
                    .as("a name may be known later")
                    .isTrue();
        }
        assertThat(requests.getFirst().headers().get("host")).startsWith("inside.test:");
    }

    @Test
    void a_dry_run_says_what_would_be_sent_and_sends_nothing() {
        ObjectNode params = params(url(server, 200)).put("method", "POST").put("body", "pay");
        params.putObject("headers")
                .put("X-Order", "4711")
                .put("authorization", "Bearer abc")
                .put("Proxy-Authorization", "Basic abc")
                .put("Cookie", "id=abc")
                .put("X-Api-Key", "abc");

        Outcome outcome = action.dryRun(new TestContext(params));

        assertThat(outcome).isEqualTo(new Outcome.DryRun((ObjectNode) Json.parse("""
                {"dry_run": true, "method": "POST", "url": "%s", "addresses": ["127.0.0.1"], "allowed": true,
                 "headers": {"X-Order": "4711", "authorization": "(hidden)", "Proxy-Authorization": "(hidden)",
                             "Cookie": "(hidden)", "X-Api-Key": "(hidden)"}}""".formatted(url(server, 200)))));
        assertThat(requests).isEmpty();
    }

    @Test
    void a_dry_run_refuses_the_headers_that_the_request_would_refuse() throws Exception {
        ObjectNode params = params(url(server, 200));
        params.putObject("headers").put("Host", "elsewhere");

        assertThat(action.dryRun(new TestContext(params)))
                .isInstanceOf(Outcome.Failed.class)
                .isEqualTo(run(params));
    }

    private Outcome get(String url) throws InterruptedException {
        return run(params(url));
    }

    private Outcome run(ObjectNode params) throws InterruptedException {
        return action.run(new TestContext(params));
    }

    private JsonNode succeeded(ObjectNode params) throws InterruptedException {
        return succeeded(run(params));
    }

    private static JsonNode succeeded(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        JsonNode result = ((Outcome.Succeeded) outcome).result();
        assertThat(result).isNotNull();
        return result;
    }

    private static Outcome.Failed failed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return (Outcome.Failed) outcome;
    }

    private static ObjectNode params(String url) {
        return Json.nodes().objectNode().put("url", url);
    }

    private static String base(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String url(HttpServer server, int status, String... query) {
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < query.length; i += 2) {
            pairs.add(query[i] + "=" + java.net.URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
        }
        return base(server) + "/" + status + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs));
    }

    /** A request as it arrived, header names in lower case. */
    private record Seen(String method, Map<String, String> headers, String body) {
        static Seen of(HttpExchange exchange) throws IOException {
            Map<String, String> headers = new java.util.TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            return new Seen(
                    exchange.getRequestMethod(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
