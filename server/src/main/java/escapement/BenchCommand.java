package escapement;

import escapement.bench.Bench;
import escapement.bench.BenchOptions;
import escapement.bench.BenchOptions.Measure;
import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.migrations.Migrations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code bench}: measures this version on an own PostgreSQL that is removed afterwards, or on a database made for it. */
final class BenchCommand {
    private static final String MEASURES = Arrays.stream(Measure.values())
            .map(measure -> measure.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.joining(","));

    private static final int MOST = 999_999_999;

    private BenchCommand() {}

    static void addOptions(CommandSpec command) {
        CommandOptions.add(command, "--measures", MEASURES, "what to measure, and in which order");
        CommandOptions.add(command, "--tasks", "20000,200000", "sizes of the drains");
        CommandOptions.add(command, "--limits", "10,50", "tasks at once in the drains");
        CommandOptions.add(command, "--nodes", "2,4,6", "how many drain together; each takes up to 18 connections");
        CommandOptions.add(command, "--processes", "2,4", "as --nodes, each in a process of its own");
        CommandOptions.add(command, "--rounds", "3", "how often to measure everything");
        CommandOptions.add(command, "--seconds", "3", "length of each submit measure");
        CommandOptions.add(command, "--rate", "10000", "tasks a second of the flow, submitted and drained together");
        CommandOptions.add(command, "--flow-seconds", "20", "length of the flow");
        CommandOptions.add(command, "--samples", "600", "how many pick-ups to time");
        CommandOptions.add(command, "--report-dir", "data/bench", "folder for the reports");
    }

    static int run(Config config, ParseResult command) {
        BenchOptions options = options(command);
        Main.quieten(); // what nodes say when they start and stop is of no use here
        DatabaseAddress address = config.database().isPresent()
                ? ofItsOwn(config)
                : TemporaryHome.open("bench").address();
        try (Bench bench = new Bench(limit -> node(address, limit), address, options)) {
            Path report = bench.run();
            System.out.printf("%n%s%nWritten to %s.md and .tsv%n", Files.readString(Path.of(report + ".md")), report);
            return Main.ok();
        } catch (Exception e) {
            throw new IllegalStateException("the bench broke off: " + e.getMessage(), e);
        }
    }

    private static BenchOptions options(ParseResult command) {
        return new BenchOptions(
                words(command, "--measures").stream().map(BenchCommand::measure).toList(),
                numbers(command, "--tasks"),
                numbers(command, "--limits"),
                numbers(command, "--nodes"),
                numbers(command, "--processes"),
                numbers(command, "--rounds").getFirst(),
                numbers(command, "--seconds").getFirst(),
                numbers(command, "--rate").getFirst(),
                numbers(command, "--flow-seconds").getFirst(),
                numbers(command, "--samples").getFirst(),
                Path.of(words(command, "--report-dir").getFirst()));
    }

    private static List<String> words(ParseResult command, String option) {
        return Arrays.asList(CommandOptions.value(command, option).split(","));
    }

    private static Measure measure(String word) {
        try {
            return Measure.valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new SettingException("--measures knows " + MEASURES + ", not '" + word + "'");
        }
    }

    private static List<Integer> numbers(ParseResult command, String option) {
        return words(command, option).stream()
                .map(word -> CommandOptions.number(option, word, 1, MOST))
                .toList();
    }

    /** An outside database; its tasks are deleted, so its name must say that it is for this. */
    private static DatabaseAddress ofItsOwn(Config config) {
        DatabaseAddress address = config.database().orElseThrow();
        try (Connection connection = Database.connect(address, "bench")) {
            String name = connection.getCatalog();
            if (!name.contains("bench")) {
                throw new SettingException("the bench deletes all tasks, so the name of its database must contain "
                        + "'bench'; this one is '" + name + "'");
            }
        } catch (SQLException e) {
            throw new SettingException("the database " + address + " cannot be reached: " + e.getMessage());
        }
        Migrations.migrate(address.url(), address.user(), address.password());
        return DatabaseHome.open(config).address();
    }

    // with the database given as an outside one: no node owns the data folder, or the second would end the first's
    // lease
    private static Config node(DatabaseAddress address, int limit) {
        return Config.read(
                Map.of(),
                Map.of(
                        Setting.PORT, "0",
                        Setting.DATABASE_URL, address.url(),
                        Setting.DATABASE_USER, address.user(),
                        Setting.DATABASE_PASSWORD, address.password(),
                        Setting.AUTH, "none",
                        Setting.MAX_CONCURRENT_TASKS, Integer.toString(limit),
                        Setting.DRAIN_SECONDS, "5"));
    }
}
