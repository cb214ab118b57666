package escapement;

import escapement.drill.Drill;
import escapement.drill.DrillOptions;
import escapement.drill.DrillOptions.Exercise;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code drill}: starts a PostgreSQL and some nodes, breaks them under load, and removes all of it afterwards. */
final class DrillCommand {
    private static final String EXERCISES =
            Arrays.stream(Exercise.values()).map(DrillCommand::word).collect(Collectors.joining(", "));

    private DrillCommand() {}

    static void addOptions(CommandSpec command) {
        option(command, "--exercise", "kill", "what to do: " + EXERCISES);
        option(command, "--nodes", "3", "how many nodes there are");
        option(command, "--rate", "60", "tasks a second that are submitted");
        option(command, "--milliseconds", "500", "how long each task runs");
        option(command, "--tasks", "0", "how many tasks are submitted at least; in kills, spread over them");
        option(command, "--kills", "20", "how many nodes are killed in kills, each started again");
        option(command, "--rounds", "1", "how often every node is stopped and started in rolling");
        option(command, "--pin-seconds", "60", "for how long a snapshot is pinned in pin");
        option(command, "--seed", "", "takes the same decisions again; printed by each drill");
    }

    private static void option(CommandSpec command, String name, String otherwise, String description) {
        command.addOption(OptionSpec.builder(name)
                .type(String.class)
                .paramLabel("VALUE")
                .defaultValue(otherwise)
                .description(description + (otherwise.isEmpty() ? "" : " (" + otherwise + ")"))
                .build());
    }

    static int run(Config config, ParseResult command) {
        DrillOptions options = options(config, command);
        if (config.database().isPresent()) {
            throw new SettingException("a drill has a PostgreSQL of its own and breaks nothing else: leave "
                    + Setting.DATABASE_URL.variable() + " out");
        }
        Main.quieten();
        TemporaryHome home = TemporaryHome.open("drill");
        try (Drill drill = new Drill(options, home.address(), home.folder())) {
            home.removeFirst(drill::killNodes);
            return drill.run() ? Main.ok() : Main.cannot();
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("the drill broke off: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.cannot();
        }
    }

    private static DrillOptions options(Config config, ParseResult command) {
        String seed = value(command, "--seed");
        return new DrillOptions(
                exercise(value(command, "--exercise")),
                number(command, "--nodes", 2, 20),
                number(command, "--rate", 1, 100_000),
                number(command, "--milliseconds", 0, 60_000),
                number(command, "--tasks", 0, 100_000_000),
                number(command, "--kills", 1, 100_000),
                number(command, "--rounds", 1, 1000),
                Duration.ofSeconds(number(command, "--pin-seconds", 10, 86_400)),
                config.lease(),
                seed.isEmpty()
                        ? ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE)
                        : number(command, "--seed", 1, Integer.MAX_VALUE));
    }

    private static Exercise exercise(String word) {
        return Arrays.stream(Exercise.values())
                .filter(exercise -> word(exercise).equals(word.strip().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new SettingException("--exercise knows " + EXERCISES + ", not '" + word + "'"));
    }

    private static String word(Exercise exercise) {
        return exercise.name().toLowerCase(Locale.ROOT);
    }

    private static String value(ParseResult command, String option) {
        return command.commandSpec().findOption(option).getValue();
    }

    private static int number(ParseResult command, String option, int least, int most) {
        String word = value(command, option).strip();
        if (!word.matches("[0-9]{1,10}") || Long.parseLong(word) < least || Long.parseLong(word) > most) {
            throw new SettingException(
                    "%s must be a whole number from %d to %d, got '%s'".formatted(option, least, most, word));
        }
        return Integer.parseInt(word);
    }
}
