package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.migrations.EmbeddedPostgres;
import escapement.migrations.Migrations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A migrated database for one test or one class of tests: a copy of a template, in the one PostgreSQL that all tests of
 * this JVM share. May be made and closed by several threads at once.
 */
public final class TestDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TestDatabase.class);
    private static final String MAX_CONNECTIONS = "300";
    private static final String WAITING = "select count(*) from pg_locks where not granted and pid in "
            + "(select pid from pg_stat_activity where datname = current_database())";
    private static final AtomicInteger made = new AtomicInteger();

    private final Source source = Source.SHARED;
    private final String name;
    private final Queue<Connection> kept = new ConcurrentLinkedQueue<>();

    public static TestDatabase create() {
        TestDatabase database = new TestDatabase("test_" + made.incrementAndGet());
        database.source.execute("create database %s template %s".formatted(database.name, Source.TEMPLATE));
        return database;
    }

    private TestDatabase(String name) {
        this.name = name;
    }

    public String url() {
        return source.url(name);
    }

    public String user() {
        return source.user();
    }

    public String password() {
        return source.password();
    }

    public DatabaseAddress address() {
        return new DatabaseAddress(url(), user(), password());
    }

    /** A pool as the product uses it. */
    public Database open() {
        return open(4);
    }

    /** The same of so many connections. */
    public Database open(int connections) {
        return Database.open(address(), "test", connections, Duration.ofSeconds(30));
    }

    /** Returns when somebody in it waits for a lock. */
    public void awaitWaiter() {
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(Sql.number(this, WAITING)).isPositive());
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), user(), password());
    }

    /** Asks on a connection that is kept for the next one: to make one takes longer than most questions. */
    <T> T ask(Question<T> question) throws SQLException {
        Connection connection = kept.poll();
        if (connection == null) {
            connection = connect();
        } else if (!connection.isValid(5)) { // what tests do may have ended it
            connection.close();
            connection = connect();
        }
        try {
            return question.ask(connection);
        } finally {
            kept.add(connection);
        }
    }

    /** Something that is done at once and leaves the connection as it was. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    /** Drops it, whoever is still connected. */
    @Override
    public void close() {
        kept.forEach(TestDatabase::closeQuietly);
        source.execute("drop database if exists %s with (force)".formatted(name));
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("closing a connection that is broken", e);
        }
    }

    private record Source(String address, String user, String password) {
        static final String TEMPLATE = "escapement";
        static final Source SHARED = start();

        private static Source start() {
            Source source = isDockerThere() ? inContainerIfPossible() : embedded();
            Migrations.migrate(source.url(TEMPLATE), source.user(), source.password());
            return source;
        }

        // Testcontainers takes seconds to find out that there is no Docker, and says so with an error.
        private static boolean isDockerThere() {
            return (System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")))
                    && DockerClientFactory.instance().isDockerAvailable();
        }

        // A Docker that cannot get the image is no reason to fail: the tests are the same on both.
        private static Source inContainerIfPossible() {
            try {
                return inContainer();
            } catch (RuntimeException e) {
                log.warn("No PostgreSQL from Docker, taking the embedded one: {}", e.toString());
                return embedded();
            }
        }

        // Not closed: Testcontainers removes it when this JVM ends.
        @SuppressWarnings("resource")
        private static Source inContainer() {
            PostgreSQLContainer container = new PostgreSQLContainer("postgres:18").withDatabaseName(TEMPLATE);
            container.setCommand("postgres", "-c", "fsync=off", "-c", "max_connections=" + MAX_CONNECTIONS);
            container.start();
            return new Source(
                    container.getHost() + ":" + container.getFirstMappedPort(),
                    container.getUsername(),
                    container.getPassword());
        }

        private static Source embedded() {
            try {
                Path folder = Files.createTempDirectory("escapement-test");
                EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.throwAway(folder)
                        .withSettings(Map.of("max_connections", MAX_CONNECTIONS)));
                Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(postgres, folder), "remove-postgres"));
                return new Source("127.0.0.1:" + postgres.port(), postgres.user(), postgres.password());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void remove(EmbeddedPostgres postgres, Path folder) {
            postgres.close();
            try (Stream<Path> paths = Files.walk(folder)) {
                List<Path> childrenFirst =
                        paths.sorted(Comparator.reverseOrder()).toList();
                for (Path path : childrenFirst) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String url(String database) {
            return "jdbc:postgresql://%s/%s".formatted(address, database);
        }

        // From another database: nobody may be connected to one that is copied or dropped.
        void execute(String sql) {
            try (Connection connection = DriverManager.getConnection(url("postgres"), user, password);
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(sql, e);
            }
        }
    }
}
