package escapement.drill;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that submits at a steady rate, each task under a key of its own, and repeats what was not acknowledged under the
 * same keys at any node, as the API asks for. Remembers what was acknowledged. Thread-safe.
 */
final class Load implements AutoCloseable {
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_TASKS = 1000; // in one batch
    private static final int MOST_OPEN = 20;

    private static final String CHILD =
            "\"conditional_branches\":[{\"condition_type\":\"success\",\"next_task_template\":{\"action_name\":\"echo\"}}]";

    private final Cluster cluster;
    private final int rate;
    private final int millis;
    private final Random random;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final Semaphore open = new Semaphore(MOST_OPEN);
    private final Thread thread;
    private volatile boolean stopped;

    // guarded by this
    private final List<Long> acknowledged = new ArrayList<>();
    private final List<String> errors = new ArrayList<>();
    private long repeats;

    /** @param millis that each task runs */
    Load(Cluster cluster, int rate, int millis, long seed) {
        this.cluster = cluster;
        this.rate = rate;
        this.millis = millis;
        this.random = new Random(seed);
        this.thread = Thread.ofPlatform().name("load").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        long started = System.nanoTime();
        long sent = 0;
        while (!stopped) {
            LockSupport.parkNanos(EVERY.toNanos());
            long due = (long) ((System.nanoTime() - started) / 1e9 * rate);
            int some = (int) Math.min(due - sent, MOST_TASKS);
            if (some > 0) {
                open.acquireUninterruptibly();
                long first = sent;
                Thread.ofVirtual().start(() -> submit(first, some));
                sent += some;
                if (due - sent > rate) {
                    started += Duration.ofSeconds(1).toNanos(); // they take no more: no debt piles up
                }
            }
        }
        open.acquireUninterruptibly(MOST_OPEN);
    }

    private void submit(long first, int count) {
        try {
            String body = batch(first, count);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!isAcknowledged(body)) {
                if (System.nanoTime() - deadline > 0) {
                    fail("nobody took tasks " + first + " to " + (first + count - 1) + " for " + PATIENCE.toSeconds()
                            + " s");
                    return;
                }
                again();
                LockSupport.parkNanos(AGAIN.toNanos());
            }
        } finally {
            open.release();
        }
    }

    /** Of ten tasks one has a child and one waits for it. */
    private String batch(long first, int count) {
        StringBuilder body = new StringBuilder("{\"tasks\":[");
        for (long n = first; n < first + count; n++) {
            String more = "";
            if (n % 10 == 0) {
                more = "\"ref\":\"parent-%d\",%s,".formatted(n, CHILD);
            } else if (n % 10 == 1 && n > first) {
                more = "\"dependencies\":[\"parent-%d\"],".formatted(n - 1);
            }
            body.append(n == first ? "" : ",").append(task(more, "drill-" + n, millis));
        }
        return body.append("]}").toString();
    }

    private static String task(String more, String key, int millis) {
        return "{%s\"idempotency_key\":\"%s\",\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":%d}}"
                .formatted(more, key, millis);
    }

    private boolean isAcknowledged(String body) {
        List<String> addresses = cluster.addresses();
        if (addresses.isEmpty()) {
            return false;
        }
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(addresses.get(pick(addresses.size())) + "/api/v1/tasks/batch"))
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(20))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == 201) {
                remember(Json.parse(answer.body()).path("tasks"));
                return true;
            }
            if (answer.statusCode() != 503) {
                fail(answer.statusCode() + " " + answer.body());
                return true;
            }
            return false;
        } catch (IOException e) {
            return false; // that node has gone; another one takes it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private synchronized int pick(int bound) {
        return random.nextInt(bound);
    }

    private synchronized void remember(JsonNode tasks) {
        tasks.forEach(task -> acknowledged.add(task.path("id").asLong()));
    }

    private synchronized void again() {
        repeats++;
    }

    private synchronized void fail(String what) {
        errors.add(what);
    }

    /** Submits a task of another kind, beside the steady ones. */
    void submitOne(String key, int runsMillis) throws InterruptedException {
        String body = "{\"tasks\":[" + task("", key, runsMillis) + "]}";
        while (!isAcknowledged(body)) {
            Thread.sleep(AGAIN);
        }
    }

    /** How many tasks were acknowledged. */
    synchronized int count() {
        return acknowledged.size();
    }

    synchronized List<Long> acknowledged() {
        return List.copyOf(acknowledged);
    }

    /** Answers that a client which repeats as asked for cannot mend. */
    synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    /** How often something was sent again. */
    synchronized long repeats() {
        return repeats;
    }

    /** Submits no more; returns when everything that was sent is acknowledged. */
    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
