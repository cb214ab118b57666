package escapement;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.migrations.EmbeddedPostgres;
import escapement.migrations.EmbeddedPostgresException;
import escapement.migrations.Migrations;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
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
            refuseUnfit(outside.get());
            return new DatabaseHome(outside.get(), null);
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

    private static void refuseUnfit(DatabaseAddress address) {
        try (Connection connection = Database.connect(address, "check")) {
            if (connection.getMetaData().getDatabaseMajorVersion() < 15) {
                throw new SettingException("PostgreSQL 15 or newer is needed; " + address.url() + " is "
                        + connection.getMetaData().getDatabaseProductVersion());
            }
            Migrations.check(connection).refusal().ifPresent(why -> {
                throw new SettingException(why);
            });
        } catch (SQLException e) {
            throw new SettingException("the database " + address + " cannot be reached: " + e.getMessage());
        }
    }

    private void restartIfDead(EmbeddedPostgres postgres) {
        while (!closed) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            if (closed || postgres.isAlive()) {
                continue;
            }
            log.error("PostgreSQL died: starting it again");
            try {
                postgres.restart();
                log.info("PostgreSQL runs again; nothing that was acknowledged is lost");
            } catch (EmbeddedPostgresException | IllegalStateException e) {
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
