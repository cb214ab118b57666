package escapement;

import escapement.access.AuditCheck;
import escapement.access.AuditReport;
import escapement.db.Database;
import java.time.Duration;

/** {@code verify-audit}: finds out whether the audit trail is as it was written. */
final class VerifyAuditCommand {
    private VerifyAuditCommand() {}

    static int run(Config config) {
        try (DatabaseHome home = DatabaseHome.openBeside(config);
                Database database = Database.open(home.address(), "verify-audit", 1, Duration.ofMinutes(10))) {
            AuditReport report = new AuditCheck().check(database);
            if (report.fault().isPresent()) {
                AuditReport.Fault fault = report.fault().get();
                System.out.printf(
                        "BROKEN %s: %s%n%d rows before it are in order. See ops/runbook.md, 'The audit trail is broken'.%n",
                        fault.kind(), fault.sentence(), report.chained());
                return Main.cannot();
            }
            System.out.printf(
                    "The audit trail is as it was written: %d rows chained, %d adopted.%n"
                            + "audit head: %d rows, last %s, hash %s%n"
                            + "Compare with the latest 'audit head' in the logs, which must be a row of this chain.%n",
                    report.chained(),
                    report.adopted(),
                    report.head().rows(),
                    report.head().lastId(),
                    report.head().hash());
            return Main.ok();
        }
    }
}
