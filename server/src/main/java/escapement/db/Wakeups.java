package escapement.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other nodes that something became ready, or that what may start has changed, and hears it from them. Thread-safe.
 *
 * <p>Only a hint: sent after the commit from a connection of its own, because a NOTIFY inside the submitting transaction
 * serialises all commits and costs more than half the throughput. At most {@value #PER_SECOND} a second after a burst of as
 * many; whoever misses one looks by itself within a second.
 */
public final class Wakeups implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Wakeups.class);
    private static final String READY = "escapement_ready";
    private static final String STOPS = "escapement_stops";
    private static final long SOMEWHERE = Long.MIN_VALUE;
    private static final long NOTHING = Long.MAX_VALUE;
    private static final int PER_SECOND = 50;
    private static final Duration RECONNECT = Duration.ofSeconds(1);
    private static final Duration LISTEN_SLICE = Duration.ofSeconds(5);

    private final DatabaseAddress address;
    private final LongConsumer onReady;
    private final Runnable onStops;
    private final Semaphore requests = new Semaphore(0);
    private final AtomicBoolean readyRequested = new AtomicBoolean();
    private final AtomicLong readyFromRequested = new AtomicLong(NOTHING); // the claim order to tell
    private final AtomicBoolean stopsRequested = new AtomicBoolean();
    private final Thread sender;
    private final Thread listener;
    private volatile boolean closed;
    private volatile int senderPid;
    private volatile @Nullable Connection listening;

    /**
     * @param onReady called with the claim order from which another node says that something is ready, and with the lowest
     *     there is when it does not say from where, and after each reconnect
     * @param onStops called when another node says that what may start has changed, and after each reconnect
     */
    public Wakeups(DatabaseAddress address, LongConsumer onReady, Runnable onStops) {
        this.address = address;
        this.onReady = onReady;
        this.onStops = onStops;
        this.sender = Thread.ofPlatform().name("wakeups-send").daemon().start(this::send);
        this.listener = Thread.ofPlatform().name("wakeups-listen").daemon().start(this::listen);
    }

    /** Says that something is ready somewhere; returns at once. */
    public void announce() {
        request(readyRequested);
    }

    /** Says that tasks from this claim order on are ready; returns at once. */
    public void announce(long fromOrder) {
        if (readyFromRequested.getAndAccumulate(fromOrder, Math::min) == NOTHING) {
            requests.release();
        }
    }

    /** Says that what may start has changed; returns at once. */
    public void announceStops() {
        request(stopsRequested);
    }

    private void request(AtomicBoolean what) {
        if (what.compareAndSet(false, true)) {
            requests.release();
        }
    }

    private void send() {
        TokenBucket bucket = new TokenBucket(PER_SECOND);
        while (!closed) {
            try (Connection connection = Database.connect(address, "wakeups-send");
                    Statement statement = connection.createStatement()) {
                senderPid = connection.unwrap(PGConnection.class).getBackendPID();
                while (!closed) {
                    requests.acquire();
                    bucket.take();
                    // before the NOTIFY: a request that comes during it gets one of its own
                    if (stopsRequested.getAndSet(false)) {
                        statement.execute("notify " + STOPS);
                    }
                    if (readyRequested.getAndSet(false)) {
                        statement.execute("notify " + READY);
                    }
                    long from = readyFromRequested.getAndSet(NOTHING);
                    if (from != NOTHING) {
                        statement.execute("notify " + READY + ", '" + from + "'");
                    }
                }
            } catch (SQLException e) {
                pause("cannot send wake-ups; other nodes look by themselves every second", e);
                announce();
                announceStops();
            } catch (InterruptedException e) {
                return; // closed
            }
        }
    }

    private void listen() {
        while (!closed) {
            try (Connection connection = Database.connectListener(address, "wakeups-listen");
                    Statement statement = connection.createStatement()) {
                listening = connection;
                statement.execute("listen " + READY);
                statement.execute("listen " + STOPS);
                onStops.run(); // whatever was announced while nobody listened
                onReady.accept(SOMEWHERE);
                PGConnection pg = connection.unwrap(PGConnection.class);
                while (!closed) {
                    PGNotification[] heard = pg.getNotifications((int) LISTEN_SLICE.toMillis());
                    if (heard == null || heard.length == 0) {
                        statement.execute("select 1"); // a half-open connection would stay silent for ever
                    } else {
                        hear(heard);
                    }
                }
            } catch (SQLException e) {
                pause("cannot hear wake-ups; looking every second instead", e);
            }
        }
    }

    private void hear(PGNotification[] heard) {
        if (fromOthers(heard, STOPS).findAny().isPresent()) {
            onStops.run();
        }
        fromOthers(heard, READY).mapToLong(one -> order(one.getParameter())).forEach(onReady);
    }

    private Stream<PGNotification> fromOthers(PGNotification[] heard, String channel) {
        return Arrays.stream(heard)
                .filter(one -> one.getPID() != senderPid && one.getName().equals(channel));
    }

    // one without a number says no more than that something is ready
    private static long order(String said) {
        try {
            return Long.parseLong(said);
        } catch (NumberFormatException e) {
            return SOMEWHERE;
        }
    }

    private void pause(String what, SQLException e) {
        if (!closed) {
            log.warn("{}: {}", what, e.getMessage());
            LockSupport.parkNanos(RECONNECT.toNanos());
        }
    }

    @Override
    public void close() {
        closed = true;
        sender.interrupt();
        Connection connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run); // it may be waiting in getNotifications
            } catch (SQLException e) {
                log.debug("closing the wake-up listener", e);
            }
        }
        join(sender);
        join(listener);
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets {@code perSecond} through a second, after a burst of as many. For one thread. */
    private static final class TokenBucket {
        private final long nanosPerToken;
        private final int capacity;
        private double tokens;
        private long last = System.nanoTime();

        TokenBucket(int perSecond) {
            nanosPerToken = 1_000_000_000L / perSecond;
            capacity = perSecond;
            tokens = perSecond;
        }

        void take() throws InterruptedException {
            refill();
            while (tokens < 1) {
                Thread.sleep(Duration.ofNanos((long) ((1 - tokens) * nanosPerToken) + 1));
                refill();
            }
            tokens--;
        }

        private void refill() {
            long now = System.nanoTime();
            tokens = Math.min(capacity, tokens + (double) (now - last) / nanosPerToken);
            last = now;
        }
    }
}
