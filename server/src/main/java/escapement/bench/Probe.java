package escapement.bench;

import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.action.builtin.EchoAction;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** The built-in echo, with a stopwatch. Thread-safe. */
final class Probe implements Action {
    static final String NAME = "bench.probe";

    private final EchoAction echo = new EchoAction();
    private final LongAdder starts = new LongAdder();
    private final AtomicLong firstStart = new AtomicLong();
    private final Queue<Long> times = new ConcurrentLinkedQueue<>();
    private final boolean keepsTimes;
    private volatile long lastStart;

    Probe() {
        this(false);
    }

    /** @param keepsTimes whether it remembers every start, not only the first and the last */
    Probe(boolean keepsTimes) {
        this.keepsTimes = keepsTimes;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Measures when it is started.";
    }

    @Override
    public Outcome run(ActionContext context) {
        long now = System.nanoTime();
        if (firstStart.get() == 0) {
            firstStart.compareAndSet(0, now);
        }
        lastStart = now;
        if (keepsTimes) {
            times.add(now);
        }
        starts.increment();
        return echo.run(context);
    }

    long starts() {
        return starts.sum();
    }

    /** {@link System#nanoTime()} of the first start; 0 before it. */
    long firstStart() {
        return firstStart.get();
    }

    long lastStart() {
        return lastStart;
    }

    /** {@link System#nanoTime()} of every start, in their order. */
    long[] startTimes() {
        return times.stream().mapToLong(Long::longValue).sorted().toArray();
    }
}
