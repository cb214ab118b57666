package escapement.bench.peers;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;

/** Quartz, clustered, a trigger per job, taking as many triggers at once as it has threads. */
public final class QuartzJobs extends Contestant {
    private static final JobDetail JOB =
            JobBuilder.newJob(Noop.class).withIdentity("noop").storeDurably().build();

    /** A job that does nothing. */
    public static final class Noop implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            ran();
        }
    }

    @Override
    int jobs() {
        return 3_000;
    }

    @Override
    void createSchema() throws Exception {
        try (InputStream in =
                Scheduler.class.getResourceAsStream("/org/quartz/impl/jdbcjobstore/tables_postgres.sql")) {
            sql(new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^--.*$", ""));
        }
        Scheduler scheduler = scheduler(1);
        scheduler.addJob(JOB, true);
        scheduler.shutdown(true);
    }

    @Override
    void store(int jobs) throws Exception {
        sql("truncate qrtz_fired_triggers, qrtz_simple_triggers, qrtz_triggers cascade");
        sql("delete from qrtz_scheduler_state");
        Scheduler scheduler = scheduler(1);
        for (int from = 0; from < jobs; from += 500) {
            Set<Trigger> triggers = new HashSet<>();
            for (int i = from; i < Math.min(from + 500, jobs); i++) {
                triggers.add(TriggerBuilder.newTrigger()
                        .forJob(JOB)
                        .withIdentity(Integer.toString(i))
                        .startNow()
                        .build());
            }
            scheduler.scheduleJobs(Map.of(JOB, triggers), true);
        }
        scheduler.shutdown(true);
    }

    @Override
    AutoCloseable start(int threads) throws Exception {
        Scheduler scheduler = scheduler(threads);
        scheduler.start();
        return () -> scheduler.shutdown(true);
    }

    @Override
    long open() throws Exception {
        return count("select (select count(*) from qrtz_triggers) + (select count(*) from qrtz_fired_triggers)");
    }

    private static Scheduler scheduler(int threads) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", "bench");
        properties.setProperty("org.quartz.scheduler.instanceId", "AUTO");
        properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        properties.setProperty("org.quartz.threadPool.threadCount", Integer.toString(threads));
        properties.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
        properties.setProperty(
                "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
        properties.setProperty("org.quartz.jobStore.isClustered", "true");
        properties.setProperty("org.quartz.jobStore.acquireTriggersWithinLock", "true");
        properties.setProperty("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", Integer.toString(threads));
        properties.setProperty("org.quartz.jobStore.dataSource", "bench");
        properties.setProperty("org.quartz.dataSource.bench.provider", "hikaricp");
        properties.setProperty("org.quartz.dataSource.bench.driver", "org.postgresql.Driver");
        properties.setProperty("org.quartz.dataSource.bench.URL", url());
        properties.setProperty("org.quartz.dataSource.bench.user", System.getenv("BENCH_USER"));
        properties.setProperty("org.quartz.dataSource.bench.password", System.getenv("BENCH_PASSWORD"));
        properties.setProperty("org.quartz.dataSource.bench.maxConnections", threads == 50 ? "24" : "13");
        return new StdSchedulerFactory(properties).getScheduler();
    }
}
