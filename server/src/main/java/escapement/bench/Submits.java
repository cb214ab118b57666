package escapement.bench;

import escapement.access.Principal;
import escapement.queue.Enqueuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** How fast tasks come in, at a node that runs none meanwhile. */
final class Submits {
    private static final int CALLERS = 4;
    // a request over HTTP passes through much code, and the compilers are at it for as long
    private static final double WARM_UP_SECONDS = 10;
    private static final String BULK_JSON =
            "{\"tasks\":[" + String.join(",", Collections.nCopies(Nodes.BULK, Nodes.TASK_JSON)) + "]}";

    private final BenchDatabase database;
    private final Nodes nodes;
    private final int seconds;

    Submits(BenchDatabase database, Nodes nodes, int seconds) {
        this.database = database;
        this.nodes = nodes;
        this.seconds = seconds;
    }

    double singleInProcess() throws Exception {
        return atBusyNode(busy -> {
            Enqueuer enqueuer = busy.server().enqueuer();
            Load.Call call = () -> enqueuer.submit(Principal.LOCAL, Nodes.TASK);
            return Load.rate(Collections.nCopies(CALLERS, call), WARM_UP_SECONDS, seconds);
        });
    }

    double singleOverHttp() throws Exception {
        return atBusyNode(busy -> withClients(
                CALLERS,
                clients -> Load.rate(
                        clients.stream()
                                .map(client -> post(client, busy, "/api/v1/tasks", Nodes.TASK_JSON))
                                .toList(),
                        WARM_UP_SECONDS,
                        seconds)));
    }

    double bulkInProcess() throws Exception {
        return atBusyNode(busy -> {
            Enqueuer enqueuer = busy.server().enqueuer();
            Load.Call call = () -> enqueuer.submit(Principal.LOCAL, Nodes.BULK_TASKS);
            return Load.rate(List.of(call), WARM_UP_SECONDS, seconds) * Nodes.BULK;
        });
    }

    double bulkOverHttp() throws Exception {
        return atBusyNode(busy -> withClients(
                1,
                clients -> Load.rate(
                                List.of(post(clients.getFirst(), busy, "/api/v1/tasks/batch", BULK_JSON)),
                                WARM_UP_SECONDS,
                                seconds)
                        * Nodes.BULK));
    }

    private double atBusyNode(Measure measure) throws Exception {
        database.empty();
        try (Nodes.Busy busy = nodes.busy()) {
            double rate = measure.at(busy);
            database.hold(); // or the node would run what was submitted before it stops
            return rate;
        }
    }

    // a client of its own per caller: each keeps one connection alive
    private static double withClients(int count, HttpMeasure measure) throws Exception {
        List<HttpClient> clients = Stream.generate(() -> HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build())
                .limit(count)
                .toList();
        try {
            return measure.with(clients);
        } finally {
            clients.forEach(HttpClient::close);
        }
    }

    private static Load.Call post(HttpClient client, Nodes.Busy busy, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + busy.server().port() + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return () -> {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 201) {
                throw new IllegalStateException("answered " + answer.statusCode() + ": " + answer.body());
            }
        };
    }

    private interface Measure {
        double at(Nodes.Busy busy) throws Exception;
    }

    private interface HttpMeasure {
        double with(List<HttpClient> clients) throws Exception;
    }
}
