package escapement.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import escapement.json.Json;
import escapement.reference.Reference;
import escapement.reference.References;
import java.util.List;
import java.util.function.UnaryOperator;

/** Branches as they are stored: as the caller gave them, but with the id of every task that they name. */
public final class BranchWriter {
    private BranchWriter() {}

    /** @param idOf answers the id of a task for its ref, or for its id */
    public static String write(List<NewBranch> branches, UnaryOperator<String> idOf) {
        ArrayNode stored = Json.nodes().arrayNode();
        branches.forEach(branch -> stored.add(renamed(branch.json().deepCopy(), idOf)));
        return Json.write(stored);
    }

    /** One branch, changed in place. */
    public static ObjectNode renamed(ObjectNode branch, UnaryOperator<String> idOf) {
        if (branch.path("next_task_id").isTextual()) {
            branch.put("next_task_id", idOf.apply(branch.path("next_task_id").textValue()));
        }
        if (branch.path("next_task_template") instanceof ObjectNode template) {
            renameWithin(template, idOf);
        }
        return branch;
    }

    private static void renameWithin(ObjectNode template, UnaryOperator<String> idOf) {
        if (template.path("dependencies") instanceof ArrayNode dependencies) {
            for (int i = 0; i < dependencies.size(); i++) {
                if (dependencies.get(i) instanceof ObjectNode dependency) {
                    dependency.put(
                            "task_id", idOf.apply(dependency.path("task_id").asText()));
                } else {
                    dependencies.set(
                            i, TextNode.valueOf(idOf.apply(dependencies.get(i).asText())));
                }
            }
        }
        if (template.path("action_params") instanceof ObjectNode params) {
            template.set(
                    "action_params",
                    References.rename(params, name -> name.equals(Reference.PARENT) ? name : idOf.apply(name)));
        }
        for (JsonNode branch : template.path(BranchReader.BRANCHES)) {
            renamed((ObjectNode) branch, idOf);
        }
    }
}
