package escapement.gate;

import escapement.action.RiskLevel;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the tasks of one risk level, or of one action at that level. Those that fall short of it are held,
 * rejected, run dry or merely recorded.
 */
public record PolicyRule(
        RiskLevel riskLevel,
        @Nullable String action, // null: all that have no rule of their own
        @Nullable BigDecimal minimumConfidence, // null: the confidence does not matter
        Statistic statistic, // of the confidence, what is compared with the minimum
        @Nullable BigDecimal rejectBelow, // below this nobody is asked; null: there is no such tier
        boolean alwaysHold, // whatever the confidence
        boolean holdIrreversible, // whatever the confidence, when its submitter says that it cannot be undone
        int approvals, // how many people must approve what is held; 0: nobody can, only a higher confidence helps
        List<String> groups, // each of these people must be a member of one of them; empty: any approver
        @Nullable Duration expiresAfter, // then what is held counts as rejected; null: never
        Effect effect,
        boolean dryRun, // what passes runs dry
        @Nullable BigDecimal probeRate, // how likely one that would be held runs by lot; null: none does
        int probesPerDay) { // how many of those at most

    /** Which number is compared with the minimum. */
    public enum Statistic {
        /** As it was stated. */
        RAW,
        /** What the calibration map in force makes of it. */
        CALIBRATED,
        /** At least what it is worth by that map, in four of five such maps. */
        CALIBRATED_LOWER;

        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What happens to a task that falls short. */
    public enum Effect {
        /** It waits for a person. */
        HOLD,
        /** It runs dry. */
        DRY_RUN,
        /** It runs, and the decision says that it would have been held: shadow mode. */
        RECORD;

        public String json() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
