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
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code bench}: measures this version on an own PostgreSQL that is removed afterwards, or on a database made for it. */
final class BenchCommand {
    private static final String MEASURES = Arrays.stream(Measure.values())
            .map(measure -> measure.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.joining(","));

    private BenchCommand() {}

    static void addOptions(CommandSpec command) {
        option(command, "--measures", MEASURES, "what to measure, and in which order");
        option(command, "--tasks", "20000,200000", "sizes of the drains");
        option(command, "--limits", "10,50", "tasks at once in the drains");
        option(command, "--rounds", "3", "how often to measure everything");
        option(command, "--seconds", "3", "length of each submit measure");
        option(command, "--rate", "10000", "tasks a second of the flow, submitted and drained together");
        option(command, "--flow-seconds", "20", "length of the flow");
        option(command, "--samples", "600", "how many pick-ups to time");
        option(command, "--report-dir", "data/bench", "folder for the reports");
    }

    private static void option(CommandSpec command, String name, String otherwise, String description) {
        command.addOption(OptionSpec.builder(name)
                .type(String.class)
                .paramLabel("VALUE")
                .defaultValue(otherwise)
                .description(description + " (" + otherwise + ")")
                .build());
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
                numbers(command, "--rounds").getFirst(),
                numbers(command, "--seconds").getFirst(),
                numbers(command, "--rate").getFirst(),
                numbers(command, "--flow-seconds").getFirst(),
                numbers(command, "--samples").getFirst(),
                Path.of(words(command, "--report-dir").getFirst()));
    }

    private static List<String> words(ParseResult command, String option) {
        String value = command.commandSpec().findOption(option).getValue();
        return Arrays.asList(value.split(","));
    }

    private static Measure measure(String word) {
        try {
            return Measure.valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new SettingException("--measures knows " + MEASURES + ", not '" + word + "'");
        }
    }

    private static List<Integer> numbers(ParseResult command, String option) {
        return words(command, option).stream().map(word -> number(option, word)).toList();
    }

    private static int number(String option, String word) {
        if (!word.matches("[1-9][0-9]{0,8}")) {
            throw new SettingException(option + " must be a whole number of at least 1, got '" + word + "'");
        }
        return Integer.parseInt(word);
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
