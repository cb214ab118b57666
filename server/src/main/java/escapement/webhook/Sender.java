package escapement.webhook;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes the requests to a webhook, one at a time. For one thread; {@link #close} may be called by another. */
final class Sender implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Webhook webhook;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(TIMEOUT)
            .build();

    Sender(Webhook webhook) {
        this.webhook = webhook;
    }

    Answer send(Delivery delivery) throws InterruptedException {
        // not HttpRequest's own timeout, which ends with the headers: a body without end would hold us for ever
        CompletableFuture<HttpResponse<Void>> answer =
                client.sendAsync(request(delivery), HttpResponse.BodyHandlers.discarding());
        try {
            return Answer.of(
                    answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).statusCode());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Answer.Away("no answer within " + TIMEOUT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return new Answer.Away(String.valueOf(e.getCause()));
        }
    }

    private HttpRequest request(Delivery delivery) {
        String body = delivery.body();
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.address())
                .header("Content-Type", "application/json")
                .header("Escapement-Delivery", Long.toString(delivery.id()))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (webhook.isSigned()) {
            request.header("Escapement-Signature", webhook.signature(body));
        }
        return request.build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
