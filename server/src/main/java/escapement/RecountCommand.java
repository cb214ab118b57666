package escapement;

import escapement.calibration.ComparisonStore;
import escapement.calibration.ComparisonStore.Recount;
import escapement.db.Database;
import java.time.Duration;

/** {@code recount}: makes the sums of calibration anew from the attempts and what people said of them. */
final class RecountCommand {
    private RecountCommand() {}

    static int run(Config config) {
        try (DatabaseHome home = DatabaseHome.openBeside(config);
                Database database = Database.open(home.address(), "recount", 1, Duration.ofHours(1))) {
            Recount recount = new ComparisonStore(database).recount();
            System.out.printf(
                    "The sums hold %d outcomes now; before they held %d.%n", recount.after(), recount.before());
            return Main.ok();
        }
    }
}
