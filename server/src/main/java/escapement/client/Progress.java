package escapement.client;

import java.util.Locale;

/** A bar with rate and time left, on a terminal, from the third second on; elsewhere nothing. */
final class Progress implements AutoCloseable {
    private static final long PATIENCE = 2_000_000_000L;
    private static final long BETWEEN = 200_000_000L;
    private static final int WIDTH = 30;
    private static final double NANOS = 1e9;

    private final boolean shown;
    private final long startedAt = System.nanoTime();
    private long drawnAt = startedAt;
    private long doneAtStart = -1;
    private boolean drawn;

    Progress(boolean shown) {
        this.shown = shown && Terminal.isThere();
    }

    boolean isShown() {
        return shown;
    }

    /** @param all 0 when nobody knows */
    void at(long done, long all) {
        if (doneAtStart < 0) {
            doneAtStart = done;
        }
        long now = System.nanoTime();
        if (!shown || now - startedAt < PATIENCE || now - drawnAt < BETWEEN) {
            return;
        }
        drawnAt = now;
        drawn = true;
        System.err.print("\r\u001b[K" + line(done, all, done - doneAtStart, (now - startedAt) / NANOS));
        System.err.flush();
    }

    /** @param advanced how much of it was done in those seconds */
    static String line(long done, long all, long advanced, double seconds) {
        double rate = seconds > 0 ? advanced / seconds : 0;
        String speed = String.format(Locale.ROOT, "%.1f/s", rate);
        if (all <= 0) {
            return done + "  " + speed;
        }
        int filled = (int) (WIDTH * Math.min(done, all) / all);
        String left = rate > 0 ? "  " + span(Math.ceil((all - done) / rate)) + " left" : "";
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + done + "/" + all + "  " + speed + left;
    }

    private static String span(double seconds) {
        long whole = (long) Math.max(0, seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    @Override
    public void close() {
        if (drawn) {
            System.err.print("\r\u001b[K");
            System.err.flush();
        }
    }
}
