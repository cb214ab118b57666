package escapement;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.doctor.PoolerStore;
import escapement.doctor.Pooling;
import escapement.migrations.EmbeddedPostgres;
import escapement.migrations.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that a command works on: an outside one, or the embedded one, which it starts, brings to the newest schema,
 * and starts again if it dies. Thread-safe.
 */
final class DatabaseHome implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseHome.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final DatabaseAddress address;
    private final @Nullable EmbeddedPostgres embedded;
    private final @Nullable Thread watch;
    private volatile boolean closed;

    private DatabaseHome(DatabaseAddress address, @Nullable EmbeddedPostgres embedded) {
        this.address = address;
        this.embedded = embedded;
        this.watch = embedded == null
                ? null
                : Thread.ofPlatform().name("postgres-watch").daemon().start(() -> restartIfDead(embedded));
    }

    /**
     * Opens it for a node.
     *
     * @throws SettingException when an outside database cannot be reached or its schema does not fit this version
     */
    static DatabaseHome open(Config config) {
        Optional<DatabaseAddress> outside = config.database();
        if (outside.isPresent()) {
            return outside(outside.get());
        }
        EmbeddedPostgres postgres = EmbeddedPostgres.start(
                EmbeddedPostgres.Options.in(config.dataDir()).withPort(config.databasePort()));
        try {
            Migrations.migrate(postgres.url(), postgres.user(), postgres.password());
        } catch (RuntimeException e) {
            postgres.close();
            throw e;
        }
        return new DatabaseHome(new DatabaseAddress(postgres.url(), postgres.user(), postgres.password()), postgres);
    }

    /** Opens it for a look: where a server runs on the data folder, its PostgreSQL, without touching either. */
    static DatabaseHome openBeside(Config config) {
        return config.database().isPresent()
                ? open(config)
                : EmbeddedPostgres.ofAnotherServer(config.dataDir())
                        .map(access -> outside(new DatabaseAddress(access.url(), access.user(), access.password())))
                        .orElseGet(() -> open(config));
    }

    private static DatabaseHome outside(DatabaseAddress address) {
        refuseUnfit(address);
        return new DatabaseHome(address, null);
    }

    private static void refuseUnfit(DatabaseAddress address) {
        try (Connection connection = Database.connect(address, "check")) {
            if (PoolerStore.find(address, connection) == Pooling.TRANSACTION) {
                throw new SettingException(
                        "at " + address.shortUrl() + " answers a pooler that hands connections on between"
                                + " transactions, and prepared statements, session settings and wake-ups get lost in it: let "
                                + Setting.DATABASE_URL.variable()
                                + " name the database itself (a node needs 18 connections at most), or set pool_mode = session");
            }
            if (connection.getMetaData().getDatabaseMajorVersion() < 15) {
                throw new SettingException("PostgreSQL 15 or newer is needed, and " + address.shortUrl() + " is "
                        + connection.getMetaData().getDatabaseProductVersion() + ": choose another "
                        + Setting.DATABASE_URL.variable());
            }
            Migrations.check(connection).refusal().ifPresent(why -> {
                throw new SettingException(why);
            });
        } catch (SQLException e) {
            throw new SettingException(whyNotReached(address, e));
        }
    }

    private static String whyNotReached(DatabaseAddress address, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (String.valueOf(e.getMessage()).contains("unsupported startup parameter")) { // as PgBouncer says it
            return ("a pooler stands before the database %s and refuses the settings of a session (%s): let %s name the"
                            + " database itself, or set pool_mode = session and ignore_startup_parameters = options in the pooler")
                    .formatted(address, e.getMessage(), Setting.DATABASE_URL.variable());
        }
        List<Setting> suspects = state.startsWith("28")
                ? List.of(Setting.DATABASE_USER, Setting.DATABASE_PASSWORD)
                : List.of(Setting.DATABASE_URL);
        return "the database %s cannot be used, check %s: %s"
                .formatted(
                        address,
                        suspects.stream().map(Setting::variable).collect(Collectors.joining(" and ")),
                        String.valueOf(e.getMessage()).lines().findFirst().orElse(state));
    }

    private void restartIfDead(EmbeddedPostgres postgres) {
        while (!closed) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            try {
                if (postgres.isAlive() || closed) { // in this order: while we close it, it dies on purpose
                    continue;
                }
                log.error("PostgreSQL died: starting it again");
                postgres.restart();
                log.info("PostgreSQL runs again; nothing that was acknowledged is lost");
            } catch (RuntimeException e) { // whatever it is, another try may go better, and nobody else tries
                if (!closed) {
                    log.error("PostgreSQL does not start again, trying on: {}", e.getMessage());
                }
            }
        }
    }

    DatabaseAddress address() {
        return address;
    }

    boolean isEmbedded() {
        return embedded != null;
    }

    @Override
    public void close() {
        closed = true;
        if (watch != null) {
            LockSupport.unpark(watch);
        }
        if (embedded != null) {
            embedded.close();
        }
    }
}
