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
import picocli.CommandLine.ParseResult;

/** {@code drill}: starts a PostgreSQL and some nodes, breaks them under load, and removes all of it afterwards. */
final class DrillCommand {
    private static final String EXERCISES =
            Arrays.stream(Exercise.values()).map(DrillCommand::word).collect(Collectors.joining(", "));

    private DrillCommand() {}

    static void addOptions(CommandSpec command) {
        CommandOptions.add(command, "--exercise", "kill", "what to do: " + EXERCISES);
        CommandOptions.add(command, "--nodes", "3", "how many nodes there are");
        CommandOptions.add(command, "--rate", "60", "tasks a second that are submitted");
        CommandOptions.add(command, "--milliseconds", "500", "how long each task runs");
        CommandOptions.add(
                command, "--tasks", "0", "how many tasks are submitted at least; in kills, spread over them");
        CommandOptions.add(command, "--kills", "20", "how many nodes are killed in kills, each started again");
        CommandOptions.add(command, "--rounds", "1", "how often every node is stopped and started in rolling");
        CommandOptions.add(command, "--pin-seconds", "60", "for how long a snapshot is pinned in pin");
        CommandOptions.add(command, "--seed", "", "takes the same decisions again; printed by each drill");
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
        String seed = CommandOptions.value(command, "--seed");
        return new DrillOptions(
                exercise(CommandOptions.value(command, "--exercise")),
                CommandOptions.number(command, "--nodes", 2, 20),
                CommandOptions.number(command, "--rate", 1, 100_000),
                CommandOptions.number(command, "--milliseconds", 0, 60_000),
                CommandOptions.number(command, "--tasks", 0, 100_000_000),
                CommandOptions.number(command, "--kills", 1, 100_000),
                CommandOptions.number(command, "--rounds", 1, 1000),
                Duration.ofSeconds(CommandOptions.number(command, "--pin-seconds", 10, 86_400)),
                config.lease(),
                seed.isEmpty()
                        ? ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE)
                        : CommandOptions.number(command, "--seed", 1, Integer.MAX_VALUE));
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
}
