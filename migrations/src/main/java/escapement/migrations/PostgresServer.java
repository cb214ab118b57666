package escapement.migrations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One PostgreSQL on disk, and the process that may run on it. */
final class PostgresServer {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);

    private static final String SUPERUSER = "escapement";
    private static final Duration CREATE_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final long LOG_FILE_LIMIT = 10_000_000;

    private final Path dataFolder;
    private final PostgresPrograms programs;
    private final String password;

    /** Makes it if there is none yet; does not start it. */
    static PostgresServer openOrCreate(Path dataFolder, boolean durable) throws IOException, InterruptedException {
        PostgresServer server = new PostgresServer(dataFolder);
        if (!Files.exists(server.folder())) {
            server.create(durable);
        }
        return server;
    }

    private PostgresServer(Path dataFolder) throws IOException, InterruptedException {
        this.dataFolder = dataFolder;
        this.programs = PostgresPrograms.forFolder(folder());
        this.password = readOrMakePassword();
    }

    private Path folder() {
        return dataFolder.resolve("pg");
    }

    Path logFile() {
        return dataFolder.resolve("logs/postgresql.log");
    }

    String password() {
        return password;
    }

    boolean isIn(Path folder) {
        return folder.equals(folder());
    }

    private String readOrMakePassword() throws IOException {
        Path file = dataFolder.resolve("pg.password");
        if (!Files.exists(file)) {
            if (Files.exists(folder())) {
                throw new EmbeddedPostgresException(
                        "The password of the PostgreSQL in %s is missing: put %s back.".formatted(folder(), file));
            }
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            String made = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            Path complete = secretFile("pg.password.new", made);
            Files.move(complete, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return readPassword(dataFolder);
    }

    static String readPassword(Path dataFolder) throws IOException {
        return Files.readString(dataFolder.resolve("pg.password")).strip();
    }

    private Path secretFile(String name, String content) throws IOException {
        Path file = dataFolder.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, permissions("rw-------"));
        return Files.writeString(file, content);
    }

    private static FileAttribute<?> permissions(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    // Made beside its place and moved when complete: what an interrupted run left is thrown away.
    private void create(boolean durable) throws IOException, InterruptedException {
        Path unfinished = dataFolder.resolve("pg.new");
        Folders.delete(unfinished);
        Files.createDirectory(unfinished, permissions("rwx------"));
        programs.account().own(unfinished);
        Path passwordFile = secretFile("pg.password.initdb", password);
        programs.account().own(passwordFile);
        try {
            initdb(unfinished, passwordFile, durable);
        } finally {
            Files.delete(passwordFile);
        }
        Files.move(unfinished, folder(), StandardCopyOption.ATOMIC_MOVE);
    }

    private void initdb(Path target, Path passwordFile, boolean durable) throws IOException, InterruptedException {
        PostgresPrograms.Result result = programs.run(
                CREATE_TIMEOUT,
                "initdb",
                "--pgdata=" + target,
                "--username=" + SUPERUSER,
                "--pwfile=" + passwordFile,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // Built in: no library of the machine can change the order of texts below our indexes.
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                durable ? "--data-checksums" : "--no-sync");
        if (!result.succeeded()) {
            throw new IOException("initdb failed: " + result.output());
        }
    }

    /** Starts the server; where it does not start, the answer is what it said. */
    Optional<String> start(Map<String, String> settings) throws IOException, InterruptedException {
        forgetRecycledProcess();
        Path logFile = logFile();
        Files.createDirectories(logFile.getParent());
        rotate(logFile);
        long begin = Files.exists(logFile) ? Files.size(logFile) : 0;
        String arguments =
                settings.entrySet().stream().map(PostgresServer::argument).collect(Collectors.joining(" "));
        // pg_ctl gives the server a session of its own, so a Ctrl-C in our terminal leaves it to us to stop it.
        int exitCode = programs.run(
                START_TIMEOUT.plusSeconds(5),
                ProcessBuilder.Redirect.appendTo(logFile.toFile()),
                "pg_ctl",
                "start",
                "--pgdata=" + folder(),
                "--wait",
                "--timeout=" + START_TIMEOUT.toSeconds(),
                "--options=" + arguments);
        return exitCode == 0 ? Optional.empty() : Optional.of(lastComplaint(logFile, begin));
    }

    // pg_ctl hands its options to a shell.
    private static String argument(Map.Entry<String, String> setting) {
        return "-c '%s=%s'".formatted(setting.getKey(), setting.getValue().replace("'", "'\\''"));
    }

    private static void rotate(Path logFile) throws IOException {
        if (Files.exists(logFile) && Files.size(logFile) > LOG_FILE_LIMIT) {
            Path previous = logFile.resolveSibling(logFile.getFileName() + ".1");
            Files.move(logFile, previous, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String lastComplaint(Path logFile, long begin) throws IOException {
        byte[] all = Files.readAllBytes(logFile);
        List<String> lines = new String(all, (int) begin, all.length - (int) begin, StandardCharsets.UTF_8)
                .lines()
                .toList();
        return lines.stream()
                .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                .reduce((_, last) -> last)
                .orElseGet(() -> lines.isEmpty() ? "it said nothing" : lines.getLast());
    }

    /** Stops the server, in whatever state it is; if there is none, there is nothing to do. */
    void stop() throws IOException, InterruptedException {
        if (isRunning() && !stop("fast").succeeded() && isRunning()) {
            log.warn("PostgreSQL in {} does not stop: stopping it without a checkpoint", folder());
            PostgresPrograms.Result result = stop("immediate");
            if (!result.succeeded() && isRunning()) {
                throw new IOException(result.output());
            }
        }
    }

    private PostgresPrograms.Result stop(String mode) throws IOException, InterruptedException {
        return programs.run(
                STOP_TIMEOUT.plusSeconds(5),
                "pg_ctl",
                "stop",
                "--pgdata=" + folder(),
                "--mode=" + mode,
                "--wait",
                "--timeout=" + STOP_TIMEOUT.toSeconds());
    }

    /** Whether a server runs here, or ended without removing its mark. */
    boolean isMarkedRunning() {
        return Files.exists(pidFile());
    }

    boolean isRunning() {
        return postmaster().isPresent();
    }

    Optional<ProcessHandle> postmaster() {
        return recordedProcess().filter(this::runsHere);
    }

    private Optional<ProcessHandle> recordedProcess() {
        try (Stream<String> lines = Files.lines(pidFile())) {
            return lines.findFirst()
                    .filter(line -> line.matches("\\d+"))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path pidFile() {
        return folder().resolve("postmaster.pid");
    }

    // By its arguments, which everyone may read; who is root without CAP_SYS_PTRACE sees no command of another user.
    private boolean runsHere(ProcessHandle process) {
        String[] arguments = process.info().arguments().orElse(new String[0]);
        return Arrays.asList(arguments).contains(folder().toString());
    }

    /**
     * PostgreSQL refuses to start while any process has the number of its predecessor. After the restart of a container
     * that may be anyone, even we; and a killed postmaster keeps its number until it is reaped, which may be never.
     */
    private void forgetRecycledProcess() throws IOException {
        Optional<ProcessHandle> process = recordedProcess();
        if (process.isPresent() && !isPostgres(process.get()) && !runsHere(process.get())) {
            Files.delete(pidFile());
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/postgres");
    }
}
