package escapement;

import escapement.calibration.FillStore;
import escapement.calibration.World;
import escapement.db.Database;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code demo}: fills a database with tasks that ended, so that there is something to look at and to measure. */
final class DemoCommand {
    private static final int MOST_TASKS = 100_000_000;
    private static final int MOST_DAYS = 3650;
    private static final String WORLDS =
            Arrays.stream(World.values()).map(DemoCommand::word).collect(Collectors.joining(", "));

    private DemoCommand() {}

    static void addOptions(CommandSpec command) {
        CommandOptions.add(command, "--tasks", "100000", "how many");
        CommandOptions.add(command, "--days", "120", "over how many days until now");
        CommandOptions.add(command, "--seed", "1", "the same one makes the same tasks");
        CommandOptions.add(
                command, "--world", "overconfident", "how what is stated goes with what comes true: " + WORLDS);
    }

    static int run(Config config, ParseResult options) {
        int tasks = CommandOptions.number(options, "--tasks", 1, MOST_TASKS);
        int days = CommandOptions.number(options, "--days", 1, MOST_DAYS);
        int seed = CommandOptions.number(options, "--seed", 1, Integer.MAX_VALUE);
        World world = world(options);
        Main.quieten();
        try (DatabaseHome home = DatabaseHome.openBeside(config);
                Database database = Database.open(home.address(), "demo", 1, Duration.ofMinutes(10))) {
            FillStore store = new FillStore(database);
            if (store.hasOthers()) {
                throw new SettingException(
                        "this database holds tasks that are not of the demo, and its reports would mix them:"
                                + " choose an empty one with " + Setting.DATA_DIR.flag() + " or "
                                + Setting.DATABASE_URL.flag());
            }
            store.fill(world, seed, tasks, days, made -> {
                if (made == tasks || made % 200_000 == 0) {
                    System.out.printf("%d of %d tasks%n", made, tasks);
                }
            });
            System.out.println("A node counts them within seconds: escapement serve");
            return Main.ok();
        }
    }

    private static World world(ParseResult options) {
        String word = CommandOptions.value(options, "--world");
        return Arrays.stream(World.values())
                .filter(world -> word(world).equals(word))
                .findFirst()
                .orElseThrow(() -> new SettingException("--world knows " + WORLDS + ", not '" + word + "'"));
    }

    private static String word(World world) {
        return world.name().toLowerCase(Locale.ROOT);
    }
}
