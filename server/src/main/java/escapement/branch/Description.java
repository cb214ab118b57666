package escapement.branch;

import escapement.json.Json;
import java.util.List;
import java.util.stream.Collectors;

/** Says a condition in words; of any length. */
final class Description {
    private Description() {}

    static String of(Condition condition) {
        return switch (condition) {
            case Condition.All all -> joined(all.conditions(), " and ");
            case Condition.Any any -> joined(any.conditions(), " or ");
            case Condition.Not not -> "not " + part(not.condition());
            case Condition.Status status -> status.completed() ? "success" : "failure";
            case Condition.WhenCompleted when -> of(when.comparison());
            case Comparison comparison -> of(comparison);
        };
    }

    private static String of(Comparison comparison) {
        String place = comparison.path().matches() ? "result" : "result " + comparison.path();
        String left = place + " " + comparison.op().sign();
        return comparison.op() == Op.EXISTS ? left : left + " " + Json.write(comparison.value());
    }

    private static String joined(List<Condition> conditions, String word) {
        return conditions.stream().map(Description::part).collect(Collectors.joining(word));
    }

    private static String part(Condition condition) {
        return switch (condition) {
            case Condition.All all -> "(" + of(all) + ")";
            case Condition.Any any -> "(" + of(any) + ")";
            case Condition.Not not -> of(not);
            case Condition.Status status -> of(status);
            case Condition.WhenCompleted when -> of(when);
            case Comparison comparison -> of(comparison);
        };
    }
}
