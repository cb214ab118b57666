package escapement;

import escapement.db.Database;
import escapement.verify.Invariants;
import escapement.verify.Invariants.Finding;
import java.time.Duration;
import java.util.List;

/** {@code verify}: checks what must always be true of a database. */
final class VerifyCommand {
    private VerifyCommand() {}

    static int run(Config config) {
        try (DatabaseHome home = DatabaseHome.openBeside(config);
                Database database = Database.open(home.address(), "verify", 1, Duration.ofMinutes(10))) {
            List<Finding> findings = new Invariants(database).check();
            for (Finding finding : findings) {
                System.out.printf(
                        "%-6s %s%s%n",
                        finding.holds() ? "ok" : "BROKEN",
                        finding.invariant(),
                        finding.holds()
                                ? ""
                                : ": " + finding.violations() + " times, for example " + finding.example());
            }
            boolean allHold = findings.stream().allMatch(Finding::holds);
            System.out.println(
                    allHold
                            ? "All invariants hold."
                            : "Something is wrong: see ops/runbook.md, 'verify reports BROKEN'.");
            return allHold ? Main.ok() : Main.cannot();
        }
    }
}
