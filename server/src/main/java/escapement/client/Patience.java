package escapement.client;

/** How long somebody waits. */
final class Patience {
    static final String OPTION = "--timeout";
    private static final int LONGEST = 31_536_000;
    private static final long NANOS = 1_000_000_000L;

    private final boolean endless;
    private final long endsAt;

    private Patience(boolean endless, long seconds) {
        this.endless = endless;
        this.endsAt = System.nanoTime() + seconds * NANOS;
    }

    static Patience of(Call call) {
        return call.has(OPTION)
                ? new Patience(false, Inputs.whole(OPTION, call.text(OPTION), 0, LONGEST))
                : new Patience(true, 0);
    }

    boolean isOver() {
        return !endless && endsAt - System.nanoTime() <= 0;
    }

    /** What is left, in whole seconds, rounded up, and at most this. */
    long seconds(long most) {
        long left = Math.max(0, endsAt - System.nanoTime());
        return endless ? most : Math.min(most, (left + NANOS - 1) / NANOS);
    }
}
