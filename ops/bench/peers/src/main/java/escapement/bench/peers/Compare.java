package escapement.bench.peers;

import escapement.bench.Floor;
import escapement.bench.Results;
import escapement.db.DatabaseAddress;
import escapement.migrations.EmbeddedPostgres;
import escapement.migrations.Folders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/**
 * Lets this server and others drain the same number of tasks in turns on one durable PostgreSQL, with the floor of plain
 * JDBC just before and just after each.
 *
 * <p>Each contestant runs in a process of its own. It says {@code ready NAME} before a measure, waits for a line, and says
 * {@code value NAME RATE} after it, so that all are measured beside the same floor, of this process, which stays warm.
 */
public final class Compare {
    private static final List<String> ALL =
            List.of("escapement", "db-scheduler", "jobrunr", "quartz", "graphile-worker");
    private static final Path NODE_MODULES = Path.of("node_modules");

    private final DatabaseAddress address;
    private final Floor floor;
    private final Results results = new Results();

    private Compare(DatabaseAddress address) throws Exception {
        this.address = address;
        floor = new Floor(address);
    }

    /** @param args the rounds (3), then the contestants (all) */
    public static void main(String[] args) throws Exception {
        int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
        List<String> wanted = args.length < 2 ? ALL : List.of(Arrays.copyOfRange(args, 1, args.length));
        for (String name : wanted) {
            if (!ALL.contains(name)) {
                throw new IllegalArgumentException("knows " + ALL + ", not '" + name + "'");
            }
        }
        Path folder = Files.createTempDirectory("escapement-peers");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder.resolve("data")))) {
            Compare compare = new Compare(new DatabaseAddress(postgres.url(), postgres.user(), postgres.password()));
            compare.run(rounds, wanted);
        } finally {
            Folders.delete(folder);
        }
    }

    private void run(int rounds, List<String> wanted) throws Exception {
        for (int i = 0; i < 3; i++) {
            floor.probe(Floor.Kind.DRAIN); // until the compilers have seen it
        }
        for (int round = 1; round <= rounds; round++) {
            for (String name : wanted) {
                List<String> command = command(name);
                if (command.isEmpty()) {
                    System.out.printf("%s left out: it needs node and `npm install` in ops/bench/peers%n", name);
                } else {
                    contest(round, name, command);
                }
            }
        }
        Path report = results.write(Path.of("target"), version());
        System.out.printf("%n%s%nWritten to ops/bench/peers/%s.md and .tsv%n", Files.readString(Path.of(report + ".md")), report);
    }

    private List<String> command(String name) {
        if (name.equals("graphile-worker")) {
            return Files.isDirectory(NODE_MODULES) ? List.of("node", "graphile.mjs") : List.of();
        }
        return List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Contestant.class.getName(),
                name);
    }

    private void contest(int round, String name, List<String> command) throws Exception {
        String url = database(name);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("BENCH_URL", url);
        builder.environment().put("BENCH_USER", address.user());
        builder.environment().put("BENCH_PASSWORD", address.password());
        Process process = builder.start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
                Writer tell = process.outputWriter(StandardCharsets.UTF_8)) {
            double before = Double.NaN;
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("ready")) {
                    before = floor.probe(Floor.Kind.DRAIN);
                    tell.write("go\n");
                    tell.flush();
                } else if (words[0].equals("value")) {
                    results.add(new Results.Sample(
                            round,
                            name + ", " + words[1],
                            "tasks/s",
                            Double.parseDouble(words[2]),
                            (before + floor.probe(Floor.Kind.DRAIN)) / 2,
                            ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IllegalStateException(name + " broke off with " + process.exitValue());
        }
    }

    /** An empty database for a contestant, named so that the bench of this server will use it. */
    private String database(String name) throws Exception {
        String database = "bench_" + name.replace('-', '_');
        try (Connection connection = DriverManager.getConnection(address.url(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists " + database + " with (force)");
            statement.execute("create database " + database);
        }
        return address.shortUrl().replaceFirst("/[^/]*$", "/" + database);
    }

    private String version() throws Exception {
        try (Connection connection = DriverManager.getConnection(address.url(), address.user(), address.password())) {
            return connection.getMetaData().getDatabaseProductVersion();
        }
    }
}
