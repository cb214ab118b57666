package escapement.gate;

import escapement.action.RiskLevel;
import escapement.gate.PolicyRule.Effect;
import escapement.gate.PolicyRule.Statistic;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Policies that have a name. */
public enum Preset {
    /** HIGH risk below 0.7 waits for a person; everything else runs. */
    DEFAULT(rule(RiskLevel.HIGH, "0.7", null, Duration.ofDays(1), false)),

    /** As the default, but HIGH risk that passes runs dry. */
    DRY_RUN(rule(RiskLevel.HIGH, "0.7", null, Duration.ofDays(1), true)),

    /** Three tiers at every risk level: from 0.85 it runs, from 0.55 a person has 300 s to answer, below it is rejected. */
    GATED(Arrays.stream(RiskLevel.values())
            .map(level -> rule(level, "0.85", "0.55", Duration.ofSeconds(300), false))
            .toArray(PolicyRule[]::new));

    private final List<PolicyRule> rules;

    Preset(PolicyRule... rules) {
        this.rules = List.of(rules);
    }

    public List<PolicyRule> rules() {
        return rules;
    }

    private static PolicyRule rule(
            RiskLevel level, String minimum, @Nullable String rejectBelow, Duration expiresAfter, boolean dryRun) {
        return new PolicyRule(
                level,
                null,
                new BigDecimal(minimum),
                Statistic.RAW,
                rejectBelow == null ? null : new BigDecimal(rejectBelow),
                false,
                false,
                1,
                List.of(),
                expiresAfter,
                Effect.HOLD,
                dryRun,
                null,
                0);
    }
}
