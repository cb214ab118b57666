package escapement.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.branch.Condition;
import escapement.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * What may follow a task's end: another task that waits for it, or one made from a template. One of the two is given.
 *
 * @param json as the caller gave it
 * @param nextTask the id of a task, or its {@code ref} within the same batch
 */
public record NewBranch(
        Condition condition,
        @Nullable String nextTask,
        @Nullable NewTask template,
        ObjectNode json) {

    /** The same with the sensitive values of its template sealed. */
    public NewBranch sealed(NewTask sealedTemplate) {
        ObjectNode sealedJson = json.deepCopy();
        ObjectNode task = (ObjectNode) sealedJson.get("next_task_template");
        if (task.has("action_params")) {
            task.set("action_params", Json.parse(sealedTemplate.actionParams()));
        }
        if (!sealedTemplate.branches().isEmpty()) {
            ArrayNode branches = task.putArray(BranchReader.BRANCHES);
            sealedTemplate.branches().forEach(branch -> branches.add(branch.json()));
        }
        return new NewBranch(condition, nextTask, sealedTemplate, sealedJson);
    }
}
