package escapement.bench.peers;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** db-scheduler with lock-and-fetch, its fastest polling on PostgreSQL; the fetch limits are those that drained fastest here. */
final class DbScheduler extends Contestant {
    private static final OneTimeTask<Void> JOB = Tasks.oneTime("noop").execute((instance, context) -> ran());

    @Override
    int jobs() {
        return 50_000;
    }

    @Override
    void createSchema() throws Exception {
        sql("""
            create table scheduled_tasks (
                task_name text not null, task_instance text not null, task_data bytea, execution_time timestamptz not null,
                picked boolean not null, picked_by text, last_success timestamptz, last_failure timestamptz,
                consecutive_failures integer, last_heartbeat timestamptz, version bigint not null, priority smallint,
                primary key (task_name, task_instance))
            """);
        sql("create index on scheduled_tasks (execution_time)");
        sql("create index on scheduled_tasks (last_heartbeat)");
    }

    @Override
    void store(int jobs) throws Exception {
        sql("truncate scheduled_tasks");
        try (HikariDataSource pool = pool(1)) {
            SchedulerClient client = SchedulerClient.Builder.create(pool, JOB).build();
            List<TaskInstance<?>> batch = new ArrayList<>();
            for (int i = 0; i < jobs; i++) {
                batch.add(JOB.instance(Integer.toString(i)));
                if (batch.size() == 500 || i == jobs - 1) {
                    client.scheduleBatch(batch, Instant.now());
                    batch.clear();
                }
            }
        }
    }

    @Override
    AutoCloseable start(int threads) {
        HikariDataSource pool = pool(threads == 10 ? 12 : 24);
        Scheduler scheduler = Scheduler.create(pool, JOB)
                .threads(threads)
                .pollingInterval(Duration.ofMillis(100))
                .pollUsingLockAndFetch(threads == 10 ? 4 : 2, threads == 10 ? 20 : 6)
                .failureLogging(LogLevel.OFF, false)
                .shutdownMaxWait(Duration.ofSeconds(5))
                .build();
        scheduler.start();
        return () -> {
            scheduler.stop();
            pool.close();
        };
    }

    @Override
    long open() throws Exception {
        return count("select count(*) from scheduled_tasks");
    }
}
