package escapement.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What a task does. One instance serves all tasks of its name on a node, many at a time: keep state out of it.
 *
 * <p>An attempt may run again after a crash of its node (at least once), so an action should tolerate repetition. One that
 * can say what it would do without doing it is {@link DryRunnable}.
 */
public interface Action {
    /** The name tasks ask for: letters, digits and {@code _ . : -}, at most 64. */
    String name();

    /** One sentence for people who choose an action. */
    String description();

    /**
     * JSON Schema (draft 2020-12) of the parameters, checked when a task is submitted. {@code additionalProperties: false}
     * lets typing errors be found then. What it marks {@code "writeOnly": true} is sealed before it is stored and shown to
     * nobody; the action itself receives it as it was given.
     */
    default JsonNode paramsSchema() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The least risk a task of this action has, whatever its submitter says. */
    default RiskLevel minimumRisk() {
        return RiskLevel.LOW;
    }

    /**
     * Whether a result {@code {"success": false}} means that the attempt failed and is to be tried again. With
     * {@code "dry_run": true} beside it, it is the outcome of a dry run instead.
     */
    default boolean isSuccessFalseAFailure() {
        return false;
    }

    /**
     * Runs one attempt on a virtual thread of its own. No database transaction is open meanwhile.
     *
     * @return how it ended; whatever is thrown counts as a failure that may be retried
     * @throws InterruptedException when the attempt is to stop: pass it on
     */
    Outcome run(ActionContext context) throws Exception;
}
