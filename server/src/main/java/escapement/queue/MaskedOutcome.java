package escapement.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.Outcome;
import escapement.secret.Mask;
import org.jspecify.annotations.Nullable;

/** An outcome without the values of the secrets that its attempt used. */
final class MaskedOutcome {
    private MaskedOutcome() {}

    static Outcome of(Outcome outcome, Mask mask) {
        if (mask.isNone()) {
            return outcome;
        }
        return switch (outcome) {
            case Outcome.Succeeded succeeded ->
                succeeded.result() == null ? succeeded : new Outcome.Succeeded(mask.json(succeeded.result()));
            case Outcome.DryRun dryRun -> new Outcome.DryRun((ObjectNode) mask.json(dryRun.result()));
            case Outcome.Failed failed -> new Outcome.Failed(text(failed.error(), mask), failed.retryable());
            case Outcome.Cancelled cancelled -> new Outcome.Cancelled(text(cancelled.reason(), mask));
            case Outcome.Lost lost -> new Outcome.Lost(text(lost.reason(), mask));
            case Outcome.Snoozed snoozed -> snoozed;
            case Outcome.TimedOut timedOut -> timedOut;
        };
    }

    // an action may hand over null whatever the type says
    private static String text(@Nullable String text, Mask mask) {
        return mask.text(String.valueOf(text));
    }
}
