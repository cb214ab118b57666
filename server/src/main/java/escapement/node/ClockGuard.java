package escapement.node;

import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges how far this machine's clock is from the database's. Quartz compares the clocks of the nodes: one that is seconds
 * off takes healthy nodes for dead and fires their triggers again, so a node whose clock is wrong has its Quartz rest. Tasks
 * and leases go by the database's clock and need nothing. Thread-safe.
 */
public final class ClockGuard {
    private static final Logger log = LoggerFactory.getLogger(ClockGuard.class);
    private static final Duration WARN = Duration.ofSeconds(1);
    private static final Duration WRONG = Duration.ofSeconds(3);

    private final Runnable onWrong;
    private final Runnable onRight;
    private volatile State state = State.RIGHT;
    private volatile Duration ahead = Duration.ZERO;

    /**
     * @param onWrong called when the clock has become too wrong for Quartz
     * @param onRight called when it is right again
     */
    public ClockGuard(Runnable onWrong, Runnable onRight) {
        this.onWrong = onWrong;
        this.onRight = onRight;
    }

    /** Whether Quartz may run by this clock. */
    public boolean isRight() {
        return state != State.WRONG;
    }

    /** How far it is ahead of the database's, negative when behind, as last measured. */
    public Duration ahead() {
        return ahead;
    }

    /** @param precision how far the measurement may be off: what it explains is no fault of the clock */
    synchronized void measured(Duration measured, Duration precision) {
        ahead = measured;
        State before = state;
        State now = judge(measured.abs().minus(precision));
        if (now == before) {
            return;
        }
        state = now;
        switch (now) {
            case RIGHT -> log.info("this machine's clock is right again: {}", inWords());
            case LATE -> log.warn("this machine's clock is {}: let NTP keep it", inWords());
            case WRONG ->
                log.error("this machine's clock is {}: Quartz rests on this node until NTP has mended it", inWords());
        }
        if (now == State.WRONG) {
            onWrong.run();
        } else if (before == State.WRONG) {
            onRight.run();
        }
    }

    private static State judge(Duration off) {
        return off.compareTo(WRONG) > 0 ? State.WRONG : off.compareTo(WARN) > 0 ? State.LATE : State.RIGHT;
    }

    /** As "4.2 s ahead of the database's". */
    public String inWords() {
        return String.format(
                Locale.ROOT,
                "%.1f s %s the database's",
                ahead.abs().toMillis() / 1000.0,
                ahead.isNegative() ? "behind" : "ahead of");
    }

    private enum State {
        RIGHT,
        LATE,
        WRONG
    }
}
