package escapement.page;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Leaves a class out, and says so, where there is no Chromium; with {@code REQUIRE_BROWSER=true} that is a failure. */
final class BrowserNeeded implements ExecutionCondition {
    private static final String WITHOUT = "no chromium on the PATH, and the system property chromium names none";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (Chromium.program().isPresent()) {
            return ConditionEvaluationResult.enabled("there is a browser");
        }
        if (Boolean.parseBoolean(System.getenv("REQUIRE_BROWSER"))) {
            throw new IllegalStateException(
                    WITHOUT + ", and REQUIRE_BROWSER is true: install it (Debian's package is chromium)");
        }
        System.out.println("SKIPPED " + context.getDisplayName() + ": " + WITHOUT);
        return ConditionEvaluationResult.disabled(WITHOUT);
    }
}
