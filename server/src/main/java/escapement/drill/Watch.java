package escapement.drill;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Prints a line for each span of time: what every node ended in it, and what happened. Thread-safe. */
final class Watch implements AutoCloseable {
    // an end is visible somewhat later than the time it carries
    private static final Duration LATE = Duration.ofMillis(700);

    private final DrillStore store;
    private final Cluster cluster;
    private final Load load;
    private final Duration every;
    private final Thread thread;
    private final List<String> notes = new ArrayList<>(); // guarded by this
    private final List<Row> rows = new ArrayList<>(); // guarded by this
    private volatile @Nullable Instant zero;
    private volatile boolean stopped;

    /** What one line told, per second. */
    record Row(Instant from, double ended) {}

    /** @param store for this alone */
    Watch(DrillStore store, Cluster cluster, Load load, Duration every) {
        this.store = store;
        this.cluster = cluster;
        this.load = load;
        this.every = every;
        this.thread = Thread.ofPlatform().name("watch").daemon().unstarted(this::run);
    }

    void start() {
        StringBuilder head = new StringBuilder("\n second  submitted/s  ended/s:");
        for (int number = 1; number <= cluster.size(); number++) {
            head.append("%8s".formatted("node " + number));
        }
        System.out.println(head.append("   waiting  running  rescued"));
        thread.start();
    }

    /** Where seconds are counted from; to be said before it starts. */
    void zero(Instant at) {
        zero = at;
    }

    /** To be printed with the next line. */
    void note(String what) {
        synchronized (notes) {
            notes.add(what);
        }
    }

    /** The tasks ended a second, on average from one moment to another. */
    synchronized double endedPerSecond(Instant from, Instant to) {
        return rows.stream()
                .filter(row -> !row.from.isBefore(from) && !row.from.plus(every).isAfter(to))
                .mapToDouble(Row::ended)
                .average()
                .orElse(0);
    }

    /** The fewest tasks ended a second in one line from one moment to another. */
    synchronized double fewestPerSecond(Instant from, Instant to) {
        return rows.stream()
                .filter(row -> !row.from.isBefore(from) && !row.from.plus(every).isAfter(to))
                .mapToDouble(Row::ended)
                .min()
                .orElse(0);
    }

    private void run() {
        try {
            Instant first = beginning();
            Instant from = first;
            int submittedBefore = load.count();
            while (!stopped) {
                Instant to = from.plus(every);
                awaitPast(to);
                int submitted = load.count();
                print(first, from, to, submitted - submittedBefore);
                submittedBefore = submitted;
                from = to;
            }
        } catch (SQLException e) {
            System.out.println("the watch ends: " + e.getMessage());
        }
    }

    // so that a second begins with what happens at zero
    private Instant beginning() throws SQLException {
        Instant now = store.now();
        Instant at = zero;
        return at == null
                ? now
                : at.minus(every.multipliedBy(Duration.between(now, at).dividedBy(every)));
    }

    private void awaitPast(Instant to) throws SQLException {
        Duration left = Duration.between(store.now(), to.plus(LATE));
        while (!stopped && left.isPositive()) {
            LockSupport.parkNanos(left.toNanos());
            left = Duration.between(store.now(), to.plus(LATE));
        }
    }

    private void print(Instant first, Instant from, Instant to, int submitted) throws SQLException {
        Map<String, Long> ended = store.ended(from, to);
        double seconds = every.toMillis() / 1000.0;
        StringBuilder line = new StringBuilder();
        Instant at = zero;
        Instant since = at == null ? first : at;
        line.append(String.format(
                Locale.ROOT,
                "%7d %12.0f          ",
                Math.floorDiv(Duration.between(since, from).toMillis(), 1000),
                submitted / seconds));
        for (int number = 1; number <= cluster.size(); number++) {
            long sum = cluster.names(number).stream()
                    .mapToLong(name -> ended.getOrDefault(name, 0L))
                    .sum();
            line.append(String.format(Locale.ROOT, "%8.0f", sum / seconds));
        }
        line.append("%10d%9d%9d".formatted(store.live("PENDING"), store.live("IN_PROGRESS"), store.lost(from, to)));
        synchronized (notes) {
            if (!notes.isEmpty()) {
                line.append("   ").append(String.join("; ", notes));
                notes.clear();
            }
        }
        System.out.println(line);
        synchronized (this) {
            rows.add(new Row(
                    from, ended.values().stream().mapToLong(Long::longValue).sum() / seconds));
        }
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
