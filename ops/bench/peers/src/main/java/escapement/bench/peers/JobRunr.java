package escapement.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.stream.IntStream;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.jobs.mappers.JobMapper;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.StorageProvider;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;

/** JobRunr, the free edition, polling every 5 s, the shortest it accepts on SQL; an idle worker fetches at once. */
final class JobRunr extends Contestant {
    /** A job that does nothing. */
    public static final class Noop implements JobRequest {
        public int id;

        @Override
        public Class<Handler> getJobRequestHandler() {
            return Handler.class;
        }

        static Noop of(int id) {
            Noop job = new Noop();
            job.id = id;
            return job;
        }
    }

    /** Runs it. */
    public static final class Handler implements JobRequestHandler<Noop> {
        @Override
        public void run(Noop job) {
            ran();
        }
    }

    @Override
    int jobs() {
        return 10_000;
    }

    @Override
    void createSchema() {
        try (HikariDataSource pool = pool(2)) {
            storage(pool).close();
        }
    }

    @Override
    void store(int jobs) throws Exception {
        sql("truncate jobrunr_jobs");
        sql("delete from jobrunr_backgroundjobservers");
        try (HikariDataSource pool = pool(2)) {
            StorageProvider storage = storage(pool);
            new JobRequestScheduler(storage).enqueue(IntStream.range(0, jobs).mapToObj(Noop::of));
            storage.close();
        }
    }

    @Override
    AutoCloseable start(int threads) {
        HikariDataSource pool = pool(24);
        StorageProvider storage = storage(pool);
        BackgroundJobServer server = new BackgroundJobServer(
                storage,
                new JacksonJsonMapper(),
                null,
                BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                        .andWorkerCount(threads)
                        .andPollInterval(Duration.ofSeconds(5))
                        .andInterruptJobsAwaitDurationOnStopBackgroundJobServer(Duration.ofSeconds(2)));
        server.start();
        return () -> {
            server.stop();
            storage.close();
            pool.close();
        };
    }

    @Override
    long open() throws Exception {
        return count("select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'");
    }

    private static StorageProvider storage(HikariDataSource pool) {
        StorageProvider storage = new PostgresStorageProvider(pool);
        storage.setJobMapper(new JobMapper(new JacksonJsonMapper()));
        return storage;
    }
}
