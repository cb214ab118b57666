package escapement.quartz;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.quartz.CronScheduleBuilder;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.SchedulerRepository;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clustered scheduler on a pool of its own. Thread-safe.
 *
 * <p>Its triggers live in the database and fire on one node of the cluster; jobs are short, repeatable, and get their
 * collaborators from the node that fires them. Never called inside a transaction of ours.
 */
public final class ClusteredQuartz implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ClusteredQuartz.class);
    /** The cluster's name; the migration inserts the lock rows for it. */
    private static final String CLUSTER = "escapement";

    private final Scheduler scheduler;
    private final String dataSourceName = "escapement-" + UUID.randomUUID();
    private final Map<Class<? extends Job>, Job> jobs = new ConcurrentHashMap<>();

    public ClusteredQuartz(Database database, String nodeName) {
        DBConnectionManager.getInstance().addConnectionProvider(dataSourceName, new PoolProvider(database));
        try {
            scheduler = newScheduler(properties(nodeName));
            scheduler.setJobFactory(
                    (bundle, quartz) -> job(bundle.getJobDetail().getJobClass()));
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot be set up: " + e.getMessage(), e);
        }
    }

    // Quartz keeps one scheduler per name and JVM and would give a second node of this JVM the first one's
    private static Scheduler newScheduler(Properties properties) throws SchedulerException {
        synchronized (ClusteredQuartz.class) {
            Scheduler made = new StdSchedulerFactory(properties).getScheduler();
            SchedulerRepository.getInstance().remove(CLUSTER);
            return made;
        }
    }

    private Properties properties(String nodeName) {
        Properties properties = new Properties();
        properties.putAll(Map.ofEntries(
                Map.entry("org.quartz.scheduler.instanceName", CLUSTER),
                Map.entry("org.quartz.scheduler.instanceId", nodeName),
                Map.entry("org.quartz.scheduler.skipUpdateCheck", "true"),
                Map.entry("org.quartz.scheduler.idleWaitTime", "5000"),
                Map.entry("org.quartz.scheduler.dbFailureRetryInterval", "3000"),
                Map.entry("org.quartz.scheduler.makeSchedulerThreadDaemon", "true"),
                Map.entry("org.quartz.threadPool.class", JobThreads.class.getName()),
                Map.entry("org.quartz.jobStore.class", JobStoreTX.class.getName()),
                Map.entry("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName()),
                Map.entry("org.quartz.jobStore.tablePrefix", "quartz.QRTZ_"),
                Map.entry("org.quartz.jobStore.dataSource", dataSourceName),
                Map.entry("org.quartz.jobStore.isClustered", "true"),
                Map.entry("org.quartz.jobStore.clusterCheckinInterval", "2000"),
                Map.entry("org.quartz.jobStore.misfireThreshold", "60000"),
                Map.entry("org.quartz.jobStore.dbRetryInterval", "3000"),
                // strings only in JOB_DATA: nothing is ever deserialised
                Map.entry("org.quartz.jobStore.useProperties", "true"),
                // without it two nodes may fire one trigger (its default, false, has an ABA race)
                Map.entry("org.quartz.jobStore.acquireTriggersWithinLock", "true")));
        return properties;
    }

    private Job job(Class<? extends Job> type) throws SchedulerException {
        Job job = jobs.get(type);
        if (job == null) {
            throw new SchedulerException("this node has no job " + type.getName());
        }
        return job;
    }

    /** Fires {@code job} on one node of the cluster every {@code period}, first after one; what was missed is not made up for. */
    public void every(Duration period, Job job) {
        add(job);
        Class<? extends Job> type = job.getClass();
        JobKey jobKey = jobKey(type);
        TriggerKey triggerKey = TriggerKey.triggerKey(type.getSimpleName());
        try {
            // an existing trigger stays: replacing it at each start would lose its next fire
            Trigger existing = scheduler.getTrigger(triggerKey);
            if (existing == null) {
                scheduler.scheduleJob(trigger(period, jobKey, triggerKey));
            } else if (!(existing instanceof SimpleTrigger simple) || simple.getRepeatInterval() != period.toMillis()) {
                log.info("{} fires every {} s now", triggerKey, period.toSeconds());
                scheduler.rescheduleJob(triggerKey, trigger(period, jobKey, triggerKey));
            }
        } catch (ObjectAlreadyExistsException e) {
            log.debug("{} was scheduled by another node at the same moment", triggerKey, e);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot schedule " + jobKey + ": " + e.getMessage(), e);
        }
    }

    /** Fires {@code job} on one node of the cluster every day at {@code time}, UTC; what was missed is done once. */
    public void nightly(LocalTime time, Job job) {
        add(job);
        Class<? extends Job> type = job.getClass();
        TriggerKey key = TriggerKey.triggerKey(type.getSimpleName());
        try {
            if (!scheduler.checkExists(key)) {
                scheduler.scheduleJob(TriggerBuilder.newTrigger()
                        .withIdentity(key)
                        .forJob(jobKey(type))
                        .withSchedule(CronScheduleBuilder.dailyAtHourAndMinute(time.getHour(), time.getMinute())
                                .inTimeZone(TimeZone.getTimeZone("UTC"))
                                .withMisfireHandlingInstructionFireAndProceed())
                        .build());
            }
        } catch (ObjectAlreadyExistsException e) {
            log.debug("{} was scheduled by another node at the same moment", key, e);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot schedule " + key + ": " + e.getMessage(), e);
        }
    }

    /** Makes {@code job} known to this node, for triggers that come later. */
    public void add(Job job) {
        Class<? extends Job> type = job.getClass();
        jobs.put(type, job);
        try {
            scheduler.addJob(definition(type, jobKey(type)), true);
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz cannot add " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Fires {@code job} once at a time, on one node; late if nobody could then. Several calls with one number are one.
     *
     * @param number tells the triggers of this job apart, in the whole cluster
     * @throws IllegalStateException when the trigger could not be stored
     */
    public void once(Job job, long number, Instant at) {
        TriggerKey key =
                TriggerKey.triggerKey(Long.toString(number), job.getClass().getSimpleName());
        Trigger trigger = TriggerBuilder.newTrigger()
                .withIdentity(key)
                .forJob(jobKey(job.getClass()))
                .startAt(Date.from(at))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                .build();
        try {
            scheduler.scheduleJob(trigger);
        } catch (ObjectAlreadyExistsException e) {
            log.trace("{} is armed already", key, e);
        } catch (SchedulerException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /** Drops the triggers of {@code job} with numbers below {@code number}. */
    public void forget(Class<? extends Job> job, long number) {
        try {
            List<TriggerKey> old =
                    scheduler.getTriggerKeys(GroupMatcher.triggerGroupEquals(job.getSimpleName())).stream()
                            .filter(key -> Long.parseLong(key.getName()) < number)
                            .toList();
            scheduler.unscheduleJobs(old);
        } catch (SchedulerException e) {
            log.warn("overdue triggers of {} fire one by one: {}", job.getSimpleName(), e.getMessage());
        }
    }

    private static JobKey jobKey(Class<? extends Job> type) {
        return JobKey.jobKey(type.getSimpleName());
    }

    private static JobDetail definition(Class<? extends Job> type, JobKey key) {
        return JobBuilder.newJob(type).withIdentity(key).storeDurably().build();
    }

    private static Trigger trigger(Duration period, JobKey job, TriggerKey key) {
        return TriggerBuilder.newTrigger()
                .withIdentity(key)
                .forJob(job)
                .startAt(Date.from(Instant.now().plus(period)))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule()
                        .withIntervalInMilliseconds(period.toMillis())
                        .repeatForever()
                        .withMisfireHandlingInstructionNextWithRemainingCount())
                .build();
    }

    public void start() {
        try {
            scheduler.start();
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not start: " + e.getMessage(), e);
        }
    }

    /** Fires nothing until it is started again. */
    public void rest() {
        try {
            scheduler.standby();
        } catch (SchedulerException e) {
            throw new IllegalStateException("Quartz does not rest: " + e.getMessage(), e);
        }
    }

    /** Lets running jobs end, then leaves the cluster. */
    @Override
    public void close() {
        try {
            scheduler.standby();
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            log.warn("Quartz did not shut down cleanly: {}", e.getMessage());
        }
    }

    private record PoolProvider(Database database) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return database.dataSource().getConnection();
        }

        @Override
        public void initialize() {}

        @Override
        public void shutdown() {} // the pool is closed by whoever opened it
    }
}
