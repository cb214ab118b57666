package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.follow.JournalStore;
import escapement.follow.JournalStore.Entry;
import escapement.follow.JournalStore.Position;
import escapement.json.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live stream: every change of a task's status, and every deadline at risk or breached, once, in commit order, as
 * server-sent events.
 *
 * <p>An event's id is its place in the journal, so a reader that comes back with {@code Last-Event-ID} goes on where it
 * was, on any node. One that is too far behind is told to fetch everything anew ({@code reset}).
 */
final class EventRoutes {
    private static final Logger log = LoggerFactory.getLogger(EventRoutes.class);
    private static final String PATH = "/api/v1/events";
    private static final int PAGE = 500;
    private static final int MAX_PAGES_BEHIND = 10;
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

    private final JournalStore journal;
    private final AtomicLong stopsChanges = new AtomicLong();
    private volatile boolean closed;

    EventRoutes(JournalStore journal) {
        this.journal = journal;
    }

    void addTo(RoutesConfig routes, Guard guard) {
        routes.before(PATH, EventRoutes::refuseOtherThanStream);
        routes.sse(PATH, client -> stream(client, guard), Needs.VIEWER);
    }

    // Javalin answers such a request with 200 and nothing
    private static void refuseOtherThanStream(Context ctx) {
        String accept = ctx.header("Accept");
        if (accept == null || !accept.contains("text/event-stream")) {
            throw new ProblemException(Problem.of(
                    406,
                    "Not acceptable",
                    "this is a stream of server-sent events: ask for it with the header Accept: text/event-stream"));
        }
    }

    /** Tells every reader that holds or the mode changed. */
    void stopsChanged() {
        stopsChanges.incrementAndGet();
    }

    void close() {
        closed = true;
    }

    // Javalin calls this on a virtual thread of the request's own; returning ends the stream
    private void stream(SseClient client, Guard guard) {
        client.ctx().header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
        try {
            follow(client, guard);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException e) {
            log.debug("event stream ended; its reader comes back by itself", e);
        } finally {
            client.close();
        }
    }

    private void follow(SseClient client, Guard guard) throws InterruptedException {
        long stopsTold = stopsChanges.get();
        Position position = start(client);
        int pagesBehind = 0;
        long heartbeatAt = System.nanoTime();
        long askAgainAt = heartbeatAt + ASK_AGAIN.toNanos();
        while (!closed && !client.terminated()) {
            if (System.nanoTime() - askAgainAt > 0) {
                if (!guard.isStillKnown(client.ctx())) {
                    return; // whose token has ended learns nothing more
                }
                askAgainAt = System.nanoTime() + ASK_AGAIN.toNanos();
            }
            List<Entry> entries = journal.after(position, PAGE);
            pagesBehind = entries.size() == PAGE ? pagesBehind + 1 : 0;
            if (pagesBehind > MAX_PAGES_BEHIND) {
                position = reset(client);
                pagesBehind = 0;
            } else if (!entries.isEmpty()) {
                entries.forEach(entry -> client.sendEvent(
                        Objects.requireNonNullElse(entry.event(), "change"),
                        json(entry),
                        entry.position().toString()));
                position = entries.getLast().position();
            }
            if (stopsTold != stopsChanges.get()) {
                stopsTold = stopsChanges.get();
                client.sendEvent("holds", "{}"); // without an id: it has no place in the journal
            }
            if (System.nanoTime() - heartbeatAt > 0) {
                client.sendComment("still here");
                heartbeatAt = System.nanoTime() + HEARTBEAT.toNanos();
            }
            if (entries.size() < PAGE) {
                Thread.sleep(LOOK_EVERY);
            }
        }
    }

    private Position start(SseClient client) {
        String last = client.ctx().header("Last-Event-ID");
        Position wanted = last == null ? null : Position.parse(last);
        return wanted == null || !journal.reachesBackTo(wanted) ? reset(client) : wanted;
    }

    /** Tells the reader to fetch everything and starts at the journal's end, read before it does. */
    private Position reset(SseClient client) {
        Position end = journal.end();
        client.sendEvent("reset", "{}", end.toString());
        return end;
    }

    private static String json(Entry entry) {
        ObjectNode json = Json.nodes().objectNode();
        if (entry.event() == null) {
            json.put("from", name(entry.from()));
            json.put("to", entry.to().name());
        } else {
            json.put("status", entry.to().name());
        }
        json.put("queue", entry.queue());
        json.put("count", entry.count());
        ArrayNode ids = json.putArray("ids");
        entry.ids().forEach(id -> ids.add(Long.toString(id)));
        return Json.write(json);
    }

    private static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }
}
