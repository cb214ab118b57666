package escapement.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool of connections and the ways to use it. Thread-safe. */
public final class Database implements AutoCloseable {
    /** How long anybody waits for a connection of a pool. */
    public static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(3);

    private static final Duration MAX_LIFETIME = Duration.ofMinutes(10);
    private static final Duration SOCKET_TIMEOUT = Duration.ofSeconds(30);

    /*
     * A plan is made once for each connection, see properties(). One that was made just after PostgreSQL had counted no rows in
     * `live` reads all of it for each task that ends, and would do so until the next autovacuum, a minute later: 2,700 instead
     * of 25,000 tasks/s. By the time that takes so long, the table is large enough for a better plan.
     */
    private static final Duration SLOW = Duration.ofMillis(500);
    private static final String FORGET_PLANS = "discard plans";

    /*
     * PostgreSQL 18, up to 18.6, uses memory it has freed, and may die with all its connections, when a statement waited for
     * a row that somebody changed and then picks partitions while it runs (mended by its commit 1b5dd3a). So it looks into
     * all of them there.
     */
    private static final String FIRST = """
            select set_config('enable_partition_pruning', 'off', false)
             where current_setting('server_version_num')::integer between 180000 and 180006""";

    private static final int MOST_TRIES = 5;

    private static final Logger log = LoggerFactory.getLogger(Database.class);

    private final HikariDataSource pool;
    private final DSLContext jooq;
    private final BrownOut brownOut;

    private Database(HikariDataSource pool, BrownOut brownOut) {
        this.pool = pool;
        this.brownOut = brownOut;
        this.jooq = DSL.using(pool, SQLDialect.POSTGRES);
    }

    /**
     * Opens a pool.
     *
     * @param name for logs and for {@code pg_stat_activity}
     * @param socketTimeout after which a silent server counts as gone
     */
    public static Database open(DatabaseAddress address, String name, int connections, Duration socketTimeout) {
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setJdbcUrl(address.url());
        config.setDataSourceProperties(properties(address, name, socketTimeout));
        config.setConnectionInitSql(FIRST);
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        config.setMaxLifetime(MAX_LIFETIME.toMillis());
        config.setInitializationFailTimeout(-1); // who opens it decides how long to wait for a server that starts
        BrownOut brownOut = new BrownOut();
        config.setExceptionOverride(brownOut);
        return new Database(new HikariDataSource(config), brownOut);
    }

    /** A connection of its own, outside any pool, for what must keep its session. */
    public static Connection connect(DatabaseAddress address, String name) throws SQLException {
        return connect(address, name, SOCKET_TIMEOUT);
    }

    /** One that listens for notifications. */
    static Connection connectListener(DatabaseAddress address, String name) throws SQLException {
        Properties properties = properties(address, name, SOCKET_TIMEOUT);
        properties.setProperty("socketFactory", ListenerSockets.class.getName());
        return DriverManager.getConnection(address.url(), properties);
    }

    /** @param socketTimeout after which a silent server counts as gone */
    public static Connection connect(DatabaseAddress address, String name, Duration socketTimeout) throws SQLException {
        return DriverManager.getConnection(address.url(), properties(address, name, socketTimeout));
    }

    private static Properties properties(DatabaseAddress address, String name, Duration socketTimeout) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                "user", address.user(),
                "password", address.password(),
                "ApplicationName", "escapement " + name,
                "connectTimeout", "5",
                "socketTimeout", Long.toString(socketTimeout.toSeconds()),
                "cancelSignalTimeout", "5",
                "tcpKeepAlive", "true",
                "targetServerType", "primary",
                // the hot statements are few and always the same: prepare them at once, and plan them once, for a plan
                // made for "no row is IN_PROGRESS at the moment" is 2 to 9 times slower when there are some
                "prepareThreshold", "1"));
        properties.put(
                "options",
                "-c plan_cache_mode=force_generic_plan -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000");
        return properties;
    }

    public DSLContext jooq() {
        return jooq;
    }

    /** What its connections have heard. */
    public BrownOut brownOut() {
        return brownOut;
    }

    public DataSource dataSource() {
        return pool;
    }

    /**
     * Runs {@code work} in a transaction. When PostgreSQL breaks a deadlock at its expense, all of it is done again, so it
     * must change nothing but the database.
     */
    public <T extends @Nullable Object> T inTransaction(Function<DSLContext, T> work) {
        return againAfterDeadlock(() -> jooq.transactionResult(configuration -> {
            long begunAt = System.nanoTime();
            T result = work.apply(configuration.dsl());
            if (wasSlow(begunAt)) {
                configuration.dsl().execute(FORGET_PLANS);
            }
            return result;
        }));
    }

    private static <T extends @Nullable Object> T againAfterDeadlock(Supplier<T> work) {
        for (int tried = 1; ; tried++) {
            try {
                return work.get();
            } catch (DataAccessException e) {
                if (tried == MOST_TRIES || !SqlState.isDeadlock(e)) {
                    throw e;
                }
            }
        }
    }

    /** Runs {@code work}, which only reads, so that all it reads is of one moment. */
    public <T extends @Nullable Object> T atOneMoment(Function<DSLContext, T> work) {
        return jooq.transactionResult(configuration -> {
            configuration.dsl().execute("set transaction isolation level repeatable read, read only");
            return work.apply(configuration.dsl());
        });
    }

    /**
     * Runs hand-written SQL on a connection in autocommit mode: one statement, one commit. After a deadlock it is done again,
     * as in {@link #inTransaction}.
     */
    public <T> T statement(SqlFunction<T> work) {
        return againAfterDeadlock(() -> once(work));
    }

    private <T> T once(SqlFunction<T> work) {
        try (Connection connection = pool.getConnection()) {
            long begunAt = System.nanoTime();
            try {
                return work.apply(connection);
            } finally {
                if (wasSlow(begunAt)) {
                    forgetPlans(connection);
                }
            }
        } catch (SQLException e) {
            throw new DataAccessException(e.getMessage(), e);
        }
    }

    private static boolean wasSlow(long begunAt) {
        return System.nanoTime() - begunAt > SLOW.toNanos();
    }

    private static void forgetPlans(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(FORGET_PLANS);
        } catch (SQLException e) {
            log.debug("a connection that is of no use any more has no plans to forget", e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }

    /** SQL on a connection. */
    @FunctionalInterface
    public interface SqlFunction<T> {
        T apply(Connection connection) throws SQLException;
    }
}
