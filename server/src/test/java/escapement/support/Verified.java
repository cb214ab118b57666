package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.verify.Invariants;

/** What must be true of every database after every test. */
public final class Verified {
    private Verified() {}

    public static void invariantsHold(TestDatabase database) {
        invariantsHold(database, "");
    }

    /** Of all invariants but those whose name begins so. */
    public static void invariantsHoldBut(TestDatabase database, String begin) {
        invariantsHold(database, begin);
    }

    private static void invariantsHold(TestDatabase database, String leftOut) {
        try (Database pool = database.open()) {
            assertThat(new Invariants(pool).check())
                    .filteredOn(
                            finding -> leftOut.isEmpty() || !finding.invariant().startsWith(leftOut))
                    .isNotEmpty()
                    .allSatisfy(finding -> assertThat(finding.holds())
                            .as("%s: %s", finding.invariant(), finding.example())
                            .isTrue());
        }
    }
}
