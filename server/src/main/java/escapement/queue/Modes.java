package escapement.queue;

import escapement.access.Named;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mode of the whole cluster. LOCKED is a hold of everything, the same that the claim obeys; the others are what counts
 * without one. Thread-safe.
 */
public final class Modes {
    private static final Logger log = LoggerFactory.getLogger(Modes.class);

    private final Database database;
    private final ModeStore store = new ModeStore();
    private final HoldStore holds = new HoldStore();
    private final HoldAudit audit = new HoldAudit();
    private final Runnable onChange;

    /** @param onChange called after each commit that changed what may start */
    public Modes(Database database, Runnable onChange) {
        this.database = database;
        this.onChange = onChange;
    }

    public CurrentMode current() {
        return database.atOneMoment(tx -> current(tx, store.read(tx)));
    }

    private CurrentMode current(DSLContext tx, ModeStore.Stored stored) {
        return CurrentMode.of(stored, holds.ofEverything(tx).orElse(null));
    }

    /** Chooses the mode of a database that no node has started on; any other keeps what it has. */
    public void startWith(Mode first) {
        CurrentMode mode = database.inTransaction(tx -> {
            Mode unlocked = first == Mode.LOCKED ? Mode.LIVE : first;
            CurrentMode before = current(tx, store.read(tx));
            if (store.setFirst(tx, unlocked, Named.SERVER) && first != Mode.LIVE) {
                String reason = "the setting ESCAPEMENT_MODE at the first start";
                if (first == Mode.LOCKED) {
                    place(tx, null, Named.SERVER, reason);
                }
                audit.mode(tx, Principal.SERVER, Named.SERVER, reason, before, current(tx, store.read(tx)));
            }
            return current(tx, store.read(tx));
        });
        if (mode.mode() != Mode.LIVE) {
            log.warn(
                    "the mode is {}, set by {} at {}: {}",
                    mode.mode(),
                    mode.by(),
                    mode.since(),
                    mode.reason() == null ? "no reason given" : mode.reason());
        }
    }

    /**
     * Sets the mode, for every node.
     *
     * @param by who asks, by their own word; null when they do not say
     */
    public Set set(Principal principal, Mode wanted, String reason, @Nullable String by) {
        principal.require(
                wanted == Mode.LOCKED ? Role.OPERATOR : Role.ADMIN); // to stop is for more people than to let go
        Named who = Named.of(principal, by);
        return change(tx -> {
            ModeStore.Stored stored = store.lock(tx);
            List<Hold> over = holds.removeOver(tx);
            CurrentMode before = current(tx, stored);
            if (before.mode() == wanted && before.until() == null) {
                audit.over(tx, over, stored);
                return new Set.Unchanged(before);
            }
            if (before.mode() == Mode.LOCKED && wanted != Mode.LOCKED && !who.isPerson()) {
                audit.over(tx, over, stored);
                return new Set.NeedsName(before);
            }
            holds.remove(tx, HoldScope.EVERYTHING, (short) 0);
            if (wanted == Mode.LOCKED) {
                place(tx, null, who, reason);
            } else {
                store.set(tx, wanted, who, reason);
            }
            CurrentMode after = current(tx, store.read(tx));
            audit.over(tx, over, stored);
            audit.mode(tx, principal, who, reason, before, after);
            return new Set.Done(after);
        });
    }

    /**
     * Holds everything: LOCKED.
     *
     * @param until when it ends by itself; null for never
     * @param by who asks, by their own word; null when they do not say
     */
    public Set lock(Principal principal, String reason, @Nullable Instant until, @Nullable String by) {
        principal.require(Role.OPERATOR);
        Named who = Named.of(principal, by);
        return change(tx -> {
            ModeStore.Stored stored = store.lock(tx);
            if (until != null && holds.isOver(tx, until)) {
                return new Set.OverAlready();
            }
            List<Hold> over = holds.removeOver(tx);
            CurrentMode before = current(tx, stored);
            if (before.mode() == Mode.LOCKED) {
                audit.over(tx, over, stored);
                return new Set.Unchanged(before);
            }
            place(tx, until, who, reason);
            CurrentMode after = current(tx, stored);
            audit.over(tx, over, stored);
            audit.mode(tx, principal, who, reason, before, after);
            return new Set.Done(after);
        });
    }

    private void place(DSLContext tx, @Nullable Instant until, Named who, String reason) {
        holds.place(tx, HoldScope.EVERYTHING, (short) 0, until, who, reason);
    }

    private Set change(Function<DSLContext, Set> work) {
        Set set = database.inTransaction(work);
        if (set instanceof Set.Done done) {
            log.warn(
                    "the mode is {} now, set by {}: {}",
                    done.mode().mode(),
                    done.mode().by(),
                    done.mode().reason());
            onChange.run();
        }
        return set;
    }

    /** What became of a wish to set the mode. */
    public sealed interface Set {
        record Done(CurrentMode mode) implements Set {}

        /** It was so already. */
        record Unchanged(CurrentMode mode) implements Set {}

        /** Only a named person may unlock. */
        record NeedsName(CurrentMode mode) implements Set {}

        /** The time at which it was to end has passed. */
        record OverAlready() implements Set {}
    }
}
