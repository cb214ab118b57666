package escapement.migrations;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs PostgreSQL's programs as a user they accept: they refuse to be root. */
record PostgresPrograms(Path bin, Account account) {
    private static final Logger log = LoggerFactory.getLogger(PostgresPrograms.class);

    /** What a program printed, and whether it succeeded. */
    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /** The first way that works on this machine to run PostgreSQL on a folder, which may not exist yet. */
    static PostgresPrograms forFolder(Path folder) throws IOException, InterruptedException {
        Set<String> failures = new LinkedHashSet<>();
        for (Account account : Account.thatMayUse(folder)) {
            for (Path cache : caches()) {
                try {
                    PostgresPrograms programs = new PostgresPrograms(PostgresBinaries.unpackInto(cache), account);
                    Result version = programs.run(Duration.ofSeconds(20), "postgres", "--version");
                    if (version.succeeded()) {
                        return programs;
                    }
                    failures.add(account + ": " + version.output());
                } catch (IOException e) {
                    log.debug("PostgreSQL does not run as {} from {}", account, cache, e);
                    failures.add(account + ": " + e.getMessage());
                }
            }
        }
        throw new EmbeddedPostgresException(
                "The embedded PostgreSQL cannot be run here (%s): run the server as a user other than root, or give it the URL of a database."
                        .formatted(String.join("; ", failures)));
    }

    private static List<Path> caches() {
        String user = System.getProperty("user.name");
        Path shared = Path.of(System.getProperty("java.io.tmpdir"), "escapement-" + user);
        Path home = Path.of(System.getProperty("user.home"));
        return Files.isWritable(home) ? List.of(home.resolve(".cache/escapement"), shared) : List.of(shared);
    }

    Result run(Duration timeout, String program, String... arguments) throws IOException, InterruptedException {
        Path output = Files.createTempFile("escapement-" + program, ".out");
        try {
            int exitCode = run(timeout, ProcessBuilder.Redirect.to(output.toFile()), program, arguments);
            return new Result(exitCode, Files.readString(output).strip());
        } finally {
            Files.delete(output);
        }
    }

    /** The output goes to a file, for a program may leave a server behind that writes on and would break a pipe. */
    int run(Duration timeout, ProcessBuilder.Redirect output, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(account.prefix());
        command.add(bin.resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(output);
        // A PGDATA or PGOPTIONS of the person who starts us is meant for another PostgreSQL, and our settings and
        // secrets are for nobody who can make a PostgreSQL run a program.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("ESCAPEMENT_"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        if (!process.waitFor(timeout)) {
            process.destroyForcibly();
            throw new IOException("%s did not end within %d s".formatted(program, timeout.toSeconds()));
        }
        return process.exitValue();
    }
}
