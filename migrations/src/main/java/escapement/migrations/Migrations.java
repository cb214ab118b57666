package escapement.migrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import liquibase.Scope;
import liquibase.UpdateSummaryEnum;
import liquibase.command.CommandScope;
import liquibase.command.core.UpdateCommandStep;
import liquibase.command.core.helpers.DbUrlConnectionArgumentsCommandStep;
import liquibase.command.core.helpers.ShowSummaryArgument;
import liquibase.database.Database;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.Resource;
import liquibase.resource.ResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a database to the schema of this version, and tells whether it is there. Thread-safe. */
public final class Migrations {
    /** Of the schema that this server is made for: the row that the newest migration leaves in schema_version. */
    public static final int VERSION = 6;

    private static final Logger log = LoggerFactory.getLogger(Migrations.class);

    private static final String FILES = "escapement/migrations/";
    private static final String CHANGELOG = FILES + "changelog.xml";
    private static final String SCHEMA = "escapement";
    // the comment on Liquibase's table says which files have run, and how many rows that made
    private static final String NOTE = """
            do $$ begin
                execute format('comment on table escapement.databasechangelog is %%L',
                               '%s ' || (select count(*) from escapement.databasechangelog));
            end $$
            """;
    private static final String NOTED = """
            select coalesce(obj_description('escapement.databasechangelog'::regclass, 'pg_class') = '%s ' || count(*), false)
              from escapement.databasechangelog
            """;

    private static final long ADVISORY_LOCK = 0x657363617065L; // "escape"
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Migrations() {}

    /** Runs what has not run yet. Any number of nodes may ask for it at once; one after the other gets to it. */
    public static void migrate(String url, String user, String password) {
        try {
            migrateInSpiteOfLocks(url, user, password);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(url, e);
        } catch (Exception e) {
            throw failed(url, e);
        }
    }

    // DDL that waits for a lock makes everyone behind it wait too: give up soon, let them pass, try again.
    private static void migrateInSpiteOfLocks(String url, String user, String password) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Connection connection = connect(url, user, password)) {
                migrate(connection);
                return;
            } catch (Exception e) {
                if (!isLockTimeout(e) || System.nanoTime() > deadline) {
                    throw e;
                }
                log.info("The migration found a table in use and tries again: {}", e.getMessage());
                Thread.sleep(ThreadLocalRandom.current().nextLong(200, 1000));
            }
        }
    }

    private static void migrate(Connection connection) throws Exception {
        lock(connection);
        SchemaState state = check(connection);
        if (state.version() > VERSION) {
            leaveToNewer(state);
            return;
        }
        execute(connection, "set lock_timeout = '2s'");
        createSchemas(connection);
        String files = digest(); // Liquibase takes most of a second to find that all have run
        if (!haveRun(connection, files)) {
            releaseLiquibaseLock(connection);
            update(connection);
            execute(connection, NOTE.formatted(files));
        }
        Partitions.ensure(connection, YearMonth.now(ZoneOffset.UTC));
    }

    // Ours would bring back the views of this version, which the newer one has replaced.
    private static void leaveToNewer(SchemaState state) {
        state.refusal().ifPresent(why -> {
            throw new IllegalStateException(why);
        });
        log.info(
                "The schema is version {}, newer than this server's {}, and is left as it is",
                state.version(),
                VERSION);
    }

    // The parameters of a URL may hold a password.
    private static MigrationException failed(String url, Exception cause) {
        return new MigrationException(
                "The database %s cannot be migrated: %s".formatted(url.replaceFirst("\\?.*", ""), cause.getMessage()),
                cause);
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        Properties properties = new Properties();
        PGProperty.USER.set(properties, user);
        PGProperty.PASSWORD.set(properties, password);
        PGProperty.APPLICATION_NAME.set(properties, "escapement migrate");
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return DriverManager.getConnection(url, properties);
    }

    // Liquibase's own lock is a row, which a killed node leaves locked for ever; this one ends with the connection.
    private static void lock(Connection connection) throws SQLException, TimeoutException {
        if (isTrue(connection, "select pg_try_advisory_lock(%d)".formatted(ADVISORY_LOCK))) {
            return;
        }
        log.info("Another node is migrating the database; waiting for it, for {} s at most", PATIENCE.toSeconds());
        execute(connection, "set lock_timeout = '%ds'".formatted(PATIENCE.toSeconds()));
        try {
            execute(connection, "select pg_advisory_lock(%d)".formatted(ADVISORY_LOCK));
        } catch (SQLException e) {
            if (isLockTimeout(e)) {
                throw new TimeoutException("another node is still migrating it");
            }
            throw e;
        }
    }

    // Asked for first: a user who may not create schemas gets them from an administrator.
    private static void createSchemas(Connection connection) throws SQLException {
        for (String schema : List.of(SCHEMA, "quartz", "report")) {
            if (isTrue(connection, "select to_regnamespace('%s') is null".formatted(schema))) {
                execute(connection, "create schema " + schema);
            }
        }
    }

    private static void releaseLiquibaseLock(Connection connection) throws SQLException {
        String table = SCHEMA + ".databasechangeloglock";
        if (isTrue(connection, "select to_regclass('%s') is not null".formatted(table))
                && execute(
                                connection,
                                "update %s set locked = false, lockgranted = null, lockedby = null where locked"
                                        .formatted(table))
                        > 0) {
            log.info("Released the lock that a killed node left in {}", table);
        }
    }

    /** Of all files of this version. */
    private static String digest() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (ResourceAccessor classPath = classPath()) {
            List<Resource> files = classPath.search(FILES, true).stream()
                    .sorted(Comparator.comparing(Resource::getPath))
                    .toList();
            for (Resource file : files) {
                digest.update(file.getPath().getBytes(UTF_8));
                try (InputStream content = file.openInputStream()) {
                    digest.update(content.readAllBytes());
                }
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static ResourceAccessor classPath() {
        return new ClassLoaderResourceAccessor(Migrations.class.getClassLoader());
    }

    // also no when somebody took a row out, that its change may run again
    private static boolean haveRun(Connection connection, String files) throws SQLException {
        return isTrue(connection, "select to_regclass('escapement.databasechangelog') is not null")
                && isTrue(connection, NOTED.formatted(files));
    }

    // One at a time: Liquibase keeps its scope in a static field.
    private static synchronized void update(Connection connection) throws Exception {
        Map<String, Object> scope = Map.of(
                Scope.Attr.ui.name(),
                new LoggerUIService(),
                Scope.Attr.resourceAccessor.name(),
                classPath(),
                "liquibase.analytics.enabled",
                "false");
        Scope.child(scope, () -> {
            Database database =
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection));
            database.setDefaultSchemaName(SCHEMA);
            database.setLiquibaseSchemaName(SCHEMA);
            new CommandScope(UpdateCommandStep.COMMAND_NAME)
                    .addArgumentValue(DbUrlConnectionArgumentsCommandStep.DATABASE_ARG, database)
                    .addArgumentValue(UpdateCommandStep.CHANGELOG_FILE_ARG, CHANGELOG)
                    .addArgumentValue(ShowSummaryArgument.SHOW_SUMMARY, UpdateSummaryEnum.OFF)
                    .execute();
        });
    }

    private static boolean isLockTimeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** What the database says of its schema; {@link SchemaState#refusal()} tells whether a node may work on it. */
    public static SchemaState check(Connection connection) throws SQLException {
        if (isTrue(connection, "select to_regclass('escapement.schema_version') is null")) {
            return SchemaState.NONE;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select version, compatible_from from escapement.schema_version")) {
            return row.next()
                    ? new SchemaState(row.getInt("version"), row.getInt("compatible_from"))
                    : SchemaState.NONE;
        }
    }

    private static boolean isTrue(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }
}
