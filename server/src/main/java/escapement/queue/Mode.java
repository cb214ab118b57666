package escapement.queue;

/** How tasks start, in the whole cluster. */
public enum Mode {
    /** As they are. */
    LIVE,
    /** All as dry runs. */
    DRY_RUN,
    /** Not at all: everything is held. */
    LOCKED
}
