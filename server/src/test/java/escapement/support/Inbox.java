package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import escapement.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A webhook's receiver: an HTTP server that keeps what it is sent and answers as a test wants. Thread-safe. */
public final class Inbox implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Letter> letters = new CopyOnWriteArrayList<>();
    private volatile Function<Letter, Integer> status = letter -> 204;

    public Inbox() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/alerts", this::take);
        server.setExecutor(threads);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Letter letter = new Letter(
                exchange.getRequestHeaders().getFirst("Escapement-Delivery"),
                exchange.getRequestHeaders().getFirst("Escapement-Signature"),
                body,
                Json.parse(body));
        letters.add(letter);
        try (exchange) {
            exchange.sendResponseHeaders(status.apply(letter), -1);
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/alerts");
    }

    /** What it answers from now on; it may take its time. */
    public void answer(Function<Letter, Integer> statusOf) {
        status = statusOf;
    }

    /** All it was sent, in order, whatever it answered. */
    public List<Letter> letters() {
        return letters;
    }

    public List<String> events() {
        return letters.stream().map(Letter::event).toList();
    }

    public void await(int count) {
        Eventually.within(
                java.time.Duration.ofSeconds(30),
                () -> assertThat(letters).as("%s", events()).hasSizeGreaterThanOrEqualTo(count));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** One request. */
    public record Letter(String delivery, String signature, String body, JsonNode json) {
        public String event() {
            return json.path("event").textValue();
        }
    }
}
