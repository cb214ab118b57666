package escapement.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that call again as soon as they were answered. */
final class Load {
    private Load() {}

    /** Calls per second over {@code seconds}, after a warm-up, of callers that each use one of {@code calls}. */
    static double rate(List<? extends Call> calls, double warmUpSeconds, double seconds) throws Exception {
        long from = System.nanoTime() + (long) (warmUpSeconds * 1e9);
        long until = from + (long) (seconds * 1e9);
        try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
            List<Callable<Long>> callers = new ArrayList<>();
            for (Call call : calls) {
                callers.add(() -> count(call, from, until));
            }
            long total = 0;
            for (Future<Long> caller : threads.invokeAll(callers)) {
                total += caller.get();
            }
            return total / seconds;
        }
    }

    private static long count(Call call, long from, long until) throws Exception {
        long answered = 0;
        while (System.nanoTime() - until < 0) {
            call.run();
            long now = System.nanoTime();
            if (now - from >= 0 && now - until < 0) {
                answered++;
            }
        }
        return answered;
    }

    interface Call {
        void run() throws Exception;
    }
}
