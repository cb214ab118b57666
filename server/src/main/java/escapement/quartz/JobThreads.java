package escapement.quartz;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.quartz.spi.ThreadPool;

/**
 * The threads that jobs run on; Quartz makes it by its name. Thread-safe.
 *
 * <p>Quartz's own SimpleThreadPool lets whoever closes it wait for half a second, for its idle threads look no sooner.
 */
public final class JobThreads implements ThreadPool {
    private static final int COUNT = 2;

    private final Semaphore free = new Semaphore(COUNT);
    private final ExecutorService threads = Executors.newFixedThreadPool(
            COUNT, Thread.ofPlatform().name("quartz-job-", 1).daemon().factory());

    @Override
    public boolean runInThread(Runnable job) {
        free.acquireUninterruptibly();
        threads.execute(() -> {
            try {
                job.run();
            } finally {
                free.release();
            }
        });
        return true;
    }

    @Override
    public int blockForAvailableThreads() {
        free.acquireUninterruptibly();
        free.release();
        return Math.max(1, free.availablePermits());
    }

    @Override
    public void initialize() {}

    /** Quartz calls it when its own thread, the only one that brings jobs, has ended. */
    @Override
    public void shutdown(boolean waitForJobsToComplete) {
        threads.shutdown();
        try {
            if (waitForJobsToComplete) {
                threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int getPoolSize() {
        return COUNT;
    }

    @Override
    public void setInstanceId(String id) {}

    @Override
    public void setInstanceName(String name) {}
}
