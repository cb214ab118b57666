package escapement.queue;

import escapement.access.Named;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds: while one stands, nothing of what it is for is claimed; what runs goes on. Thread-safe. */
public final class Holds {
    private static final Logger log = LoggerFactory.getLogger(Holds.class);

    private final Database database;
    private final HoldStore store = new HoldStore();
    private final ModeStore modes = new ModeStore();
    private final HoldAudit audit = new HoldAudit();
    private final Runnable onChange;

    /** @param onChange called after each commit that changed what may start */
    public Holds(Database database, Runnable onChange) {
        this.database = database;
        this.onChange = onChange;
    }

    /** All that stand: of everything first, then of queues and of actions by name. */
    public List<Hold> list() {
        return store.list(database.jooq());
    }

    /**
     * Holds a queue or an action.
     *
     * @param until when it ends by itself; null for never
     * @param by who asks, by their own word; null when they do not say
     */
    public Placed hold(
            Principal principal,
            HoldScope scope,
            String name,
            String reason,
            @Nullable Instant until,
            @Nullable String by) {
        principal.require(Role.OPERATOR);
        Named who = Named.of(principal, by);
        Placed placed = database.inTransaction(tx -> {
            Short subject = store.subject(tx, scope, name).orElse(null);
            if (subject == null) {
                return Placed.NO_SUCH;
            }
            if (until != null && store.isOver(tx, until)) {
                return Placed.OVER_ALREADY;
            }
            List<Hold> over = store.removeOver(tx);
            Hold hold = store.place(tx, scope, subject, until, who, reason).orElse(null);
            audit.over(tx, over, modes.read(tx));
            if (hold == null) {
                return Placed.HELD_ALREADY;
            }
            audit.held(tx, principal, who, hold);
            return Placed.HELD;
        });
        if (placed == Placed.HELD) {
            onChange.run();
        }
        return placed;
    }

    /** Lets a queue or an action go on. @return false when it is not held */
    public boolean release(Principal principal, HoldScope scope, String name) {
        principal.require(Role.OPERATOR);
        boolean released = database.inTransaction(tx -> {
            List<Hold> over = store.removeOver(tx);
            Optional<Hold> hold = store.subject(tx, scope, name).flatMap(subject -> store.remove(tx, scope, subject));
            audit.over(tx, over, modes.read(tx));
            hold.ifPresent(gone -> audit.released(tx, principal, gone));
            return hold.isPresent();
        });
        if (released) {
            onChange.run();
        }
        return released;
    }

    /** Removes the holds whose time is over; they have counted for nothing since. Any node may, as often as it likes. */
    public void releaseOver() {
        List<Hold> over = database.inTransaction(tx -> {
            List<Hold> gone = store.removeOver(tx);
            if (!gone.isEmpty()) {
                audit.over(tx, gone, modes.read(tx));
            }
            return gone;
        });
        for (Hold hold : over) {
            log.info(
                    "{} of {} goes on: it was held until {} by {}", hold.scope(), hold.name(), hold.until(), hold.by());
        }
        if (!over.isEmpty()) {
            onChange.run();
        }
    }

    /** What became of a wish to hold something. */
    public enum Placed {
        HELD,
        HELD_ALREADY,
        /** Nobody ever named it. */
        NO_SUCH,
        /** The time at which it was to end has passed. */
        OVER_ALREADY
    }
}
