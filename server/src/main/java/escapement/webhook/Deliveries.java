package escapement.webhook;

import escapement.db.Database;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells operators what happens: in the order in which it was recorded, at least once, whichever node does it. Thread-safe.
 *
 * <p>While the receiver is away nothing is sent and the order stays; a delivery that it refuses is tried again later and
 * the others pass it. No transaction is open while a request is under way: the delivery is taken for some seconds, and
 * another node goes on when they are over.
 */
public final class Deliveries implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Deliveries.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration BUSY = Sender.TIMEOUT.multipliedBy(2); // longer than any request
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration GIVE_UP_AFTER = Duration.ofDays(1);

    private final Database database;
    private final DeliveryStore store = new DeliveryStore();
    private final @Nullable Webhook webhook;
    private final @Nullable Sender sender;
    private final Thread thread;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong givenUp = new AtomicLong();
    private volatile boolean closed;

    /** @param webhook null: this node tells nobody */
    public Deliveries(Database database, @Nullable Webhook webhook) {
        this.database = database;
        this.webhook = webhook;
        this.sender = webhook == null ? null : new Sender(webhook);
        this.thread = Thread.ofPlatform().name("webhook").daemon().unstarted(this::loop);
    }

    public void start() {
        if (sender != null) {
            log.info("alerts go to {}", webhook);
            thread.start();
        }
    }

    /** Deliveries that the receiver accepted from this node. */
    public long accepted() {
        return accepted.get();
    }

    /** Tries of this node that did not succeed. */
    public long failed() {
        return failed.get();
    }

    /** Deliveries that this node gave up. */
    public long givenUp() {
        return givenUp.get();
    }

    private void loop() {
        while (!closed) {
            try {
                while (!closed && deliverNext()) {
                    // until nothing is due
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) { // a database that is away, most likely: it is told again then
                log.warn("alerts wait, looking again in {} s: {}", LOOK_EVERY.toSeconds(), e.getMessage());
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private boolean deliverNext() throws InterruptedException {
        Delivery delivery = database.inTransaction(tx -> store.take(tx, BUSY)).orElse(null);
        if (delivery == null || sender == null) {
            return false;
        }
        Answer answer = sender.send(delivery);
        Duration pause = pauseAfter(delivery.tries() + 1);
        switch (answer) {
            case Answer.Accepted one -> {
                accepted.incrementAndGet();
                settle(tx -> store.accepted(tx, delivery));
            }
            case Answer.Refused refused -> {
                failed(delivery, "refused " + delivery, refused.why(), pause);
                settle(tx -> store.refused(tx, delivery, refused.why(), pause));
            }
            case Answer.Away away -> {
                failed(delivery, "did not take " + delivery, away.why(), pause);
                settle(tx -> store.away(tx, delivery, away.why(), pause));
            }
        }
        return true;
    }

    private void settle(Consumer<DSLContext> work) {
        database.inTransaction(tx -> {
            work.accept(tx);
            return true;
        });
    }

    private void failed(Delivery delivery, String what, String why, Duration pause) {
        failed.incrementAndGet();
        log.warn(
                "{} {} at try {}: {}; trying again in {} s",
                webhook,
                what,
                delivery.tries() + 1,
                why,
                pause.toSeconds());
    }

    static Duration pauseAfter(int tries) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, 20));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }

    /** Forgets what could not be told for a day. Any node may, also one that tells nobody. */
    public void giveUpOld() {
        for (DeliveryStore.GivenUp gone : database.inTransaction(tx -> store.giveUp(tx, GIVE_UP_AFTER))) {
            givenUp.incrementAndGet();
            log.error(
                    "delivery {} ({}{}) is given up after {} tries in a day: {}",
                    gone.id(),
                    gone.event(),
                    gone.taskId().isEmpty() ? "" : " of task " + gone.taskId(),
                    gone.tries(),
                    gone.error());
        }
    }

    /** Lets the request under way end; what is left waits for another node, or a start. */
    @Override
    public void close() {
        closed = true;
        if (sender != null) {
            Threads.awaitEnd(thread, Sender.TIMEOUT.plusSeconds(1));
            sender.close();
        }
    }
}
