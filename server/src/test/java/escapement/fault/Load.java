package escapement.fault;

import escapement.json.Json;
import escapement.support.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that submits all the time, to any of the nodes, and repeats what was not acknowledged under the same key, as
 * documented. Remembers outside the database what was acknowledged.
 */
final class Load implements AutoCloseable {
    private static final AtomicInteger made = new AtomicInteger();

    private final List<ServerProcess> nodes;
    private final String task;
    private final Random random;
    private final long pauseNanos;
    private final String prefix = "load-" + made.incrementAndGet() + "-";
    private final Map<String, String> acknowledged = new HashMap<>(); // guarded by this
    private final List<String> unexpected = new ArrayList<>(); // guarded by this
    private final Thread thread;
    private volatile boolean stopped;

    /** @param pauseNanos from one submit to the next; one that is late is made at once. 0: as fast as they are answered */
    Load(List<ServerProcess> nodes, String task, Random random, long pauseNanos) {
        this.nodes = nodes;
        this.task = task;
        this.random = random;
        this.pauseNanos = pauseNanos;
        this.thread = Thread.ofPlatform().name("load").start(this::run);
    }

    private void run() {
        long started = System.nanoTime();
        for (int n = 0; !stopped; n++) {
            LockSupport.parkNanos(started + n * pauseNanos - System.nanoTime());
            String key = prefix + n;
            String body = task.replaceFirst("\\{", "{\"idempotency_key\":\"" + key + "\",");
            while (!submit(key, body) && !stopped) {
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private boolean submit(String key, String body) {
        try {
            HttpResponse<String> answer =
                    nodes.get(random.nextInt(nodes.size())).post("/api/v1/tasks", body);
            if (answer.statusCode() == 201 || answer.statusCode() == 200) {
                String id = Json.parse(answer.body()).path("id").asText();
                synchronized (this) {
                    acknowledged.put(key, id);
                }
                return true;
            }
            if (answer.statusCode() != 503) {
                synchronized (this) {
                    unexpected.add(answer.statusCode() + " " + answer.body());
                }
            }
            return false;
        } catch (IOException e) {
            return false; // the node has gone, another one may have it
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    synchronized int count() {
        return acknowledged.size();
    }

    /** The tasks acknowledged so far. */
    synchronized Set<String> acknowledged() {
        return Set.copyOf(acknowledged.values());
    }

    /** Answers that were neither success nor the documented 503. */
    synchronized List<String> unexpected() {
        return List.copyOf(unexpected);
    }

    /** Submits no more. @return the task of each acknowledged key */
    Map<String, String> stop() throws InterruptedException {
        stopped = true;
        thread.join();
        synchronized (this) {
            return Map.copyOf(acknowledged);
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
