package escapement.admin;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hangs up on those who send a request a few bytes at a time: Jetty hangs up on the silent only, and each byte keeps a
 * connection and the memory of its request for as long as its sender likes. Who waits for an answer, or reads one slowly,
 * sends nothing and is left alone. Thread-safe.
 */
final class SlowSenders implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SlowSenders.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final long FEW_BYTES = 5_000; // of a request between two looks: less than 8 kbit/s
    private static final int MOST_SLOW_LOOKS = 6;

    private final Map<EndPoint, Seen> seen = new HashMap<>(); // of the thread
    private final Thread thread =
            Thread.ofPlatform().name("slow-senders").daemon().unstarted(this::loop);
    private volatile @Nullable Server server;
    private volatile boolean closed;

    /** Whose clients it looks at, once it is started. */
    void watch(Server watched) {
        server = watched;
    }

    void start() {
        thread.start();
    }

    private void loop() {
        while (!closed) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            Server watched = server;
            if (watched != null && !closed) {
                Set<EndPoint> clients = Set.copyOf(IdleConnections.connected(watched));
                seen.keySet().retainAll(clients);
                clients.forEach(this::look);
            }
        }
    }

    private void look(EndPoint client) {
        Connection connection = client.getConnection();
        if (connection == null) {
            return;
        }
        Seen now = Seen.of(connection, seen.get(client));
        if (now.slowLooks < MOST_SLOW_LOOKS) {
            seen.put(client, now);
            return;
        }
        log.warn(
                "hung up on {}: it sent less than {} bytes of a request in {} s, again and again",
                client.getRemoteSocketAddress(),
                FEW_BYTES,
                LOOK_EVERY.toSeconds());
        seen.remove(client);
        client.close();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** How far a connection was at a look, and how often the request it is at had come on by a few bytes only. */
    private record Seen(long bytes, long requests, int slowLooks) {
        static Seen of(Connection connection, @Nullable Seen before) {
            long bytes = connection.getBytesIn();
            long requests = connection.getMessagesIn();
            if (before == null || before.requests != requests) {
                return new Seen(bytes, requests, 0);
            }
            long more = bytes - before.bytes;
            return new Seen(bytes, requests, more > 0 && more < FEW_BYTES ? before.slowLooks + 1 : before.slowLooks);
        }
    }
}
