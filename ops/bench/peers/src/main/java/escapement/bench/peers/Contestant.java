package escapement.bench.peers;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/** A scheduler that drains no-op jobs, as fast as its own settings allow, in this process. */
abstract class Contestant {
    /** Servers run for long, and compilers take this long to have seen everything. */
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    private static final AtomicInteger RAN = new AtomicInteger();
    private static final AtomicLong FIRST = new AtomicLong();
    private static final BufferedReader COMMANDS =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    public static void main(String[] args) throws Exception {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.ERROR);
        Contestant contestant =
                switch (args[0]) {
                    case "escapement" -> new EscapementNode();
                    case "db-scheduler" -> new DbScheduler();
                    case "jobrunr" -> new JobRunr();
                    case "quartz" -> new QuartzJobs();
                    default -> throw new IllegalArgumentException("no contestant " + args[0]);
                };
        contestant.createSchema();
        long warmAt = System.nanoTime() + WARM_UP.toNanos();
        while (System.nanoTime() < warmAt) {
            contestant.drain(contestant.jobs() / 2, 50);
        }
        for (int threads : new int[] {10, 50}) {
            String measure = "drain-" + contestant.jobs() + "-limit-" + threads;
            System.out.println("ready " + measure);
            COMMANDS.readLine();
            System.out.println("value " + measure + " " + contestant.drain(contestant.jobs(), threads));
        }
        System.exit(0); // some leave threads behind
    }

    /** How many jobs it drains within some seconds. */
    abstract int jobs();

    abstract void createSchema() throws Exception;

    /** Stores jobs that are due. */
    abstract void store(int jobs) throws Exception;

    abstract AutoCloseable start(int threads) throws Exception;

    /** How many jobs the database holds that have not ended. */
    abstract long open() throws Exception;

    /** Called by each job. */
    static void ran() {
        FIRST.compareAndSet(0, System.nanoTime());
        RAN.incrementAndGet();
    }

    private double drain(int jobs, int threads) throws Exception {
        store(jobs);
        sql("vacuum analyze");
        sql("checkpoint");
        RAN.set(0);
        FIRST.set(0);
        AutoCloseable running = start(threads);
        while (RAN.get() < jobs) {
            LockSupport.parkNanos(1_000_000);
        }
        while (open() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        double seconds = (System.nanoTime() - FIRST.get()) / 1e9;
        running.close();
        return jobs / seconds;
    }

    static HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url());
        config.setUsername(System.getenv("BENCH_USER"));
        config.setPassword(System.getenv("BENCH_PASSWORD"));
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    static String url() {
        return System.getenv("BENCH_URL") + "?reWriteBatchedInserts=true";
    }

    static void sql(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long count(String sql) throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Connection connect() throws Exception {
        return DriverManager.getConnection(url(), System.getenv("BENCH_USER"), System.getenv("BENCH_PASSWORD"));
    }
}
