package escapement.migrations;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL that belongs to one data folder and to the server that started it. Thread-safe.
 *
 * <p>It survives a server that is killed; the next one on the same folder stops it and goes on with its data.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);

    private static final String NAME = "escapement";
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    // The children of a killed postmaster keep its shared memory, and so the folder, for some seconds.
    private static final Duration START_PATIENCE = Duration.ofSeconds(15);
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(3);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Options options;
    private final FileChannel lock;
    private final PostgresServer server;
    private final boolean leftBehind;
    private int port;

    /**
     * How to start it.
     *
     * @param dataFolder holds all of it: tables, password, lock, port and log
     * @param durable whether a commit survives a crash of the machine
     * @param port 0 for the one of the last time or, if that is taken, any
     * @param settings of PostgreSQL, above our own
     */
    public record Options(Path dataFolder, boolean durable, int port, Map<String, String> settings) {
        public Options {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port must be between 0 and 65535, got " + port);
            }
            dataFolder = dataFolder.toAbsolutePath().normalize();
            settings = Map.copyOf(settings);
        }

        /** The one to trust with data. */
        public static Options in(Path dataFolder) {
            return new Options(dataFolder, true, 0, Map.of());
        }

        /** For tests and builds: fast, and broken by a crash of the machine. */
        public static Options throwAway(Path dataFolder) {
            return new Options(dataFolder, false, 0, Map.of());
        }

        public Options withPort(int port) {
            return new Options(dataFolder, durable, port, settings);
        }

        public Options withSettings(Map<String, String> settings) {
            return new Options(dataFolder, durable, port, settings);
        }
    }

    /** Starts it, and makes it the first time; returns when the database {@code escapement} answers. */
    public static EmbeddedPostgres start(Options options) {
        try {
            Files.createDirectories(options.dataFolder());
            FileChannel lock = lock(options.dataFolder());
            try {
                return new EmbeddedPostgres(options, lock);
            } catch (Exception e) {
                lock.close();
                throw e;
            }
        } catch (AccessDeniedException e) {
            throw new EmbeddedPostgresException(
                    "The user %s may not use %s: start the server as its owner, or give it another folder."
                            .formatted(System.getProperty("user.name"), e.getFile()),
                    e);
        } catch (IOException e) {
            throw cannotStart(options.dataFolder(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** How to reach the PostgreSQL that another server runs on this folder; empty if none does. */
    public static Optional<Access> ofAnotherServer(Path dataFolder) {
        Path lockFile = dataFolder.resolve("pg.lock");
        Path portFile = dataFolder.resolve("pg.port");
        if (!Files.exists(lockFile) || !Files.exists(portFile)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
            if (isLocked(channel)) {
                return Optional.empty(); // by us, and so by nobody else
            }
            int port = Integer.parseInt(Files.readString(portFile).strip());
            String password = PostgresServer.readPassword(dataFolder);
            return Optional.of(new Access(url(port, NAME), NAME, password));
        } catch (IOException e) {
            throw cannotStart(dataFolder, e);
        }
    }

    /** What a client needs to connect. */
    public record Access(String url, String user, String password) {
        @Override
        public String toString() {
            return url + " as " + user; // never the password
        }
    }

    // Held as long as we live, and given back by the operating system however we die.
    private static FileChannel lock(Path dataFolder) throws IOException, InterruptedException {
        FileChannel channel =
                FileChannel.open(dataFolder.resolve("pg.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (isLocked(channel) || isLockedSoon(channel, dataFolder)) {
            return channel;
        }
        channel.close();
        throw new EmbeddedPostgresException(
                "Another server already uses the data folder %s: stop it, or give this one another folder."
                        .formatted(dataFolder));
    }

    // Who stops a server and starts the next at once should not be told that the first is still stopping.
    private static boolean isLockedSoon(FileChannel channel, Path dataFolder) throws IOException, InterruptedException {
        log.info("Another server still uses the data folder {}; waiting {} s", dataFolder, LOCK_PATIENCE.toSeconds());
        long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Thread.sleep(PAUSE);
            if (isLocked(channel)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // by another one in this JVM
        }
    }

    private EmbeddedPostgres(Options options, FileChannel lock) throws IOException, InterruptedException {
        this.options = options;
        this.lock = lock;
        this.server = PostgresServer.openOrCreate(options.dataFolder().toRealPath(), options.durable());
        this.leftBehind = server.isMarkedRunning();
        stopPredecessor();
        this.port = choosePort();
        try {
            startServer(options.port() == 0);
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        rememberPort();
        log.info("PostgreSQL answers on port {} and keeps its data in {}", port, options.dataFolder());
    }

    private void stopPredecessor() throws IOException, InterruptedException {
        if (server.isRunning()) {
            log.info("Stopping the PostgreSQL that a killed server left behind in {}", options.dataFolder());
            server.stop();
        }
    }

    private int choosePort() throws IOException {
        if (options.port() == 0) {
            OptionalInt remembered = rememberedPort();
            return remembered.isPresent() && isFree(remembered.getAsInt()) ? remembered.getAsInt() : freePort();
        }
        if (!isFree(options.port())) {
            throw new EmbeddedPostgresException(
                    "Port %d, which the embedded PostgreSQL is told to use, is taken by another program: stop that, or choose another port."
                            .formatted(options.port()));
        }
        return options.port();
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (BindException _) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, 0));
            return socket.getLocalPort();
        }
    }

    private OptionalInt rememberedPort() throws IOException {
        Path file = portFile();
        if (Files.exists(file)) {
            try {
                return OptionalInt.of(Integer.parseInt(Files.readString(file).strip()));
            } catch (NumberFormatException e) {
                log.warn("{} holds no port: another one is chosen", file, e);
            }
        }
        return OptionalInt.empty();
    }

    private void rememberPort() throws IOException {
        Files.writeString(portFile(), Integer.toString(port));
    }

    private Path portFile() {
        return options.dataFolder().resolve("pg.port");
    }

    private void startServer(boolean anyPort) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        Optional<String> failure = server.start(settings());
        while (failure.isPresent() && System.nanoTime() < deadline) {
            log.info("PostgreSQL does not start yet: {}", failure.get());
            Thread.sleep(PAUSE);
            if (anyPort) {
                port = choosePort();
            }
            failure = server.start(settings());
        }
        if (failure.isPresent()) {
            throw new EmbeddedPostgresException("The embedded PostgreSQL in %s does not start (%s): see %s."
                    .formatted(options.dataFolder(), failure.get(), server.logFile()));
        }
        createDatabase();
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("port", Integer.toString(port));
        settings.put("listen_addresses", LOOPBACK.getHostAddress());
        settings.put("unix_socket_directories", "");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("max_connections", "100");
        settings.put("shared_buffers", options.durable() ? "256MB" : "64MB");
        settings.put("max_wal_size", "4GB");
        settings.put("wal_compression", "off");
        // Rows of a queue die young; the default, a minute, lets claims wade through them.
        settings.put("autovacuum_naptime", "5s");
        for (String name : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            settings.put(name, options.durable() ? "on" : "off");
        }
        settings.putAll(options.settings());
        return settings;
    }

    private void createDatabase() {
        try (Connection connection = DriverManager.getConnection(url("postgres"), user(), password());
                Statement statement = connection.createStatement()) {
            // Whoever listens on that port may not be the server that we started.
            String folder = text(statement, "select current_setting('data_directory')");
            if (!server.isIn(Path.of(folder))) {
                throw new EmbeddedPostgresException(
                        "Port %d belongs to the PostgreSQL in %s: stop that, or choose another port."
                                .formatted(port, folder));
            }
            if (text(statement, "select count(*) from pg_database where datname = '" + NAME + "'")
                    .equals("0")) {
                statement.execute("create database " + NAME);
            }
        } catch (SQLException e) {
            throw cannotStart(options.dataFolder(), e);
        }
    }

    private static String text(Statement statement, String query) throws SQLException {
        try (ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static EmbeddedPostgresException cannotStart(Path dataFolder, Exception cause) {
        if (cause instanceof FileSystemException failed) {
            return unusable(dataFolder, failed);
        }
        return new EmbeddedPostgresException(
                "The embedded PostgreSQL in %s cannot be started: %s".formatted(dataFolder, cause.getMessage()), cause);
    }

    // Often such an exception's message is a bare path.
    private static EmbeddedPostgresException unusable(Path dataFolder, FileSystemException cause) {
        String why = switch (cause) {
            case FileAlreadyExistsException _ -> cause.getFile() + " is a file and no folder";
            default -> cause.getReason() == null ? cause.toString() : cause.getMessage();
        };
        return new EmbeddedPostgresException(
                "The data folder %s cannot be used (%s): mend that, or give the server another data folder."
                        .formatted(dataFolder, why),
                cause);
    }

    private static EmbeddedPostgresException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new EmbeddedPostgresException(
                "Interrupted while the embedded PostgreSQL was starting or stopping.", cause);
    }

    /** The JDBC URL of the database {@code escapement}; {@link #restart} does not change it. */
    public String url() {
        return url(NAME);
    }

    private String url(String database) {
        return url(port(), database);
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(LOOPBACK.getHostAddress(), port, database);
    }

    public String user() {
        return NAME;
    }

    public String password() {
        return server.password();
    }

    public synchronized int port() {
        return port;
    }

    /** The postmaster's. */
    public long processId() {
        return server.postmaster()
                .orElseThrow(
                        () -> new IllegalStateException("PostgreSQL in " + options.dataFolder() + " is not running"))
                .pid();
    }

    public boolean isAlive() {
        return server.isRunning();
    }

    /** Whether the last server on this folder was killed, and so left a PostgreSQL or the mark of one behind. */
    public boolean wasLeftBehind() {
        return leftBehind;
    }

    /** Starts it again if it died; where it is alive, this does nothing. */
    public synchronized void restart() {
        if (!lock.isOpen()) {
            throw new IllegalStateException("PostgreSQL in " + options.dataFolder() + " was closed");
        }
        if (server.isRunning()) {
            return;
        }
        try {
            startServer(false);
        } catch (IOException e) {
            throw cannotStart(options.dataFolder(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    @Override
    public synchronized void close() {
        if (!lock.isOpen()) {
            return;
        }
        try (lock) {
            server.stop();
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The embedded PostgreSQL in %s does not stop: %s".formatted(options.dataFolder(), e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }
}
