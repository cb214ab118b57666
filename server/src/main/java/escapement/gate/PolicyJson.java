package escapement.gate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.gate.PolicyRule.Effect;
import escapement.gate.PolicyRule.Statistic;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of a policy as JSON; each rule's fields but {@code risk_level} are optional. */
public final class PolicyJson {
    private static final int MOST_RULES = 500;
    private static final int MOST_GROUPS = 20;
    private static final int MOST_APPROVALS = 9;
    private static final int PROBES_PER_DAY = 10;
    private static final int MOST_PROBES_PER_DAY = 1_000_000;
    private static final int MAX_NAME = 64;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");
    private static final BigDecimal SHORTEST_SECONDS = BigDecimal.ONE;
    private static final BigDecimal LONGEST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(366).toSeconds());
    private static final Duration EXPIRES_AFTER = Duration.ofDays(1);

    private PolicyJson() {}

    /** Reads the rules in a request's field {@code rules}; usable only if no fault was added. */
    public static List<PolicyRule> read(Fields request) {
        List<PolicyRule> rules = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        if (!request.has("rules")) {
            request.fault("rules", "is missing: an array of rules; without any nothing is ever held");
        }
        for (Fields.Element element : request.elements("rules", MOST_RULES)) {
            Fields fields = element.object();
            PolicyRule rule = rule(fields);
            if (!seen.add(rule.riskLevel() + " " + rule.action())) {
                fields.fault("there is a rule for "
                        + (rule.action() == null ? "" : "the action '" + rule.action() + "' at ")
                        + "risk level " + rule.riskLevel() + " already: join the two");
            }
            rules.add(rule);
        }
        return rules;
    }

    private static PolicyRule rule(Fields fields) {
        if (!fields.has("risk_level")) {
            fields.fault("risk_level", "is missing: LOW, MEDIUM or HIGH");
        }
        BigDecimal minimum = confidence(fields, "minimum_confidence");
        BigDecimal rejectBelow = confidence(fields, "reject_below");
        if (rejectBelow != null && (minimum == null || rejectBelow.compareTo(minimum) > 0)) {
            fields.fault("reject_below", "must not be above minimum_confidence");
        }
        BigDecimal probeRate = probeRate(fields);
        PolicyRule rule = new PolicyRule(
                fields.oneOf("risk_level", RiskLevel.class, RiskLevel.HIGH),
                action(fields),
                minimum,
                fields.oneOf("statistic", Statistic.class, Statistic.RAW),
                rejectBelow,
                fields.flag("always_hold", false),
                fields.flag("hold_irreversible", false),
                fields.integer("approvals", 0, MOST_APPROVALS, 1),
                groups(fields),
                expiresAfter(fields),
                fields.oneOf("effect", Effect.class, Effect.HOLD),
                fields.flag("dry_run", false),
                probeRate,
                fields.integer("probes_per_day", 0, MOST_PROBES_PER_DAY, probeRate == null ? 0 : PROBES_PER_DAY));
        if (probeRate != null) {
            checkProbes(rule, fields);
        } else if (rule.probesPerDay() > 0) {
            fields.fault("probes_per_day", "means nothing without a probe_rate above 0");
        }
        fields.oneOf("on_expiry", OnExpiry.class, OnExpiry.REJECT);
        fields.refuseUnread();
        return rule;
    }

    private static @Nullable BigDecimal probeRate(Fields fields) {
        BigDecimal rate = confidence(fields, "probe_rate");
        return rate == null || rate.signum() == 0 ? null : rate;
    }

    private static void checkProbes(PolicyRule rule, Fields fields) {
        if (rule.riskLevel() == RiskLevel.HIGH) {
            fields.fault("probe_rate", "must not be given for HIGH risk: there a person decides, never the lot");
        }
        if (rule.minimumConfidence() == null || rule.alwaysHold()) {
            fields.fault(
                    "probe_rate",
                    "needs a minimum_confidence and no always_hold: only what is held for its confidence may run by lot");
        }
        if (rule.effect() != Effect.HOLD) {
            fields.fault("probe_rate", "needs the effect hold: otherwise nothing is held that might run by lot");
        }
    }

    // cut, as the confidences are that it is compared with
    private static @Nullable BigDecimal confidence(Fields fields, String name) {
        BigDecimal stated = fields.decimal(name, BigDecimal.ZERO, BigDecimal.ONE);
        return stated == null ? null : stated.setScale(6, RoundingMode.DOWN);
    }

    private static @Nullable String action(Fields fields) {
        String action = fields.text("action", MAX_NAME);
        if (action != null && !NAME.matcher(action).matches()) {
            fields.fault("action", "may have letters, digits and _ . : - only");
        }
        return action;
    }

    private static List<String> groups(Fields fields) {
        List<String> groups = new ArrayList<>();
        for (Fields.Element element : fields.elements("groups", MOST_GROUPS)) {
            String name = element.node().isTextual() ? element.node().textValue() : "";
            if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
                fields.add(List.of(new Fault(
                        element.path(),
                        element.node().toString(),
                        "must be the name of a group of approvers: letters, digits and _ . : -")));
            }
            groups.add(name);
        }
        return groups;
    }

    private static @Nullable Duration expiresAfter(Fields fields) {
        if (fields.isGiven("expires_after_seconds") && !fields.has("expires_after_seconds")) {
            fields.node("expires_after_seconds");
            return null;
        }
        BigDecimal seconds = fields.decimal("expires_after_seconds", SHORTEST_SECONDS, LONGEST_SECONDS);
        return seconds == null
                ? EXPIRES_AFTER
                : Duration.ofMillis(seconds.movePointRight(3).longValue());
    }

    /** Reads what {@link #write} wrote. */
    public static List<PolicyRule> parse(String rules) {
        ObjectNode request = Json.nodes().objectNode();
        request.set("rules", Json.parse(rules));
        return Fields.readAll(request, PolicyJson::read);
    }

    /** Every field of every rule, those of probes where there are any. */
    public static ArrayNode write(List<PolicyRule> rules) {
        ArrayNode array = Json.nodes().arrayNode();
        for (PolicyRule rule : rules) {
            ObjectNode json = array.addObject()
                    .put("risk_level", rule.riskLevel().name())
                    .put("action", rule.action())
                    .put("minimum_confidence", plain(rule.minimumConfidence()))
                    .put("statistic", rule.statistic().json())
                    .put("reject_below", plain(rule.rejectBelow()))
                    .put("always_hold", rule.alwaysHold())
                    .put("hold_irreversible", rule.holdIrreversible())
                    .put("approvals", rule.approvals());
            rule.groups().forEach(json.putArray("groups")::add);
            Duration expires = rule.expiresAfter();
            json.put("expires_after_seconds", expires == null ? null : plain(BigDecimal.valueOf(expires.toMillis(), 3)))
                    .put("on_expiry", "reject")
                    .put("effect", rule.effect().json())
                    .put("dry_run", rule.dryRun());
            // an older node, which refuses fields that it does not know, goes on with policies that have none of them
            if (rule.probeRate() != null) {
                json.put("probe_rate", plain(rule.probeRate())).put("probes_per_day", rule.probesPerDay());
            }
        }
        return array;
    }

    private static @Nullable BigDecimal plain(@Nullable BigDecimal number) {
        if (number == null) {
            return null;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /** What expiry means: it never approves. */
    private enum OnExpiry {
        REJECT
    }
}
