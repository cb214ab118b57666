package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.reference.Reference;
import escapement.reference.References;
import escapement.task.BranchWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** The names of other tasks in a task's branches and parameters. */
final class TaskNames {
    private TaskNames() {}

    /** Changes them in place; who waits for whom is left alone. What is no proper reference stays for others to find fault with. */
    static void rename(ObjectNode task, UnaryOperator<String> rename) {
        for (JsonNode branch : task.path("conditional_branches")) {
            if (branch instanceof ObjectNode object) {
                BranchWriter.renamed(object, rename);
            }
        }
        if (task.get("action_params") instanceof ObjectNode params && isProper(params)) {
            task.set(
                    "action_params",
                    References.rename(params, name -> name.equals(Reference.PARENT) ? name : rename.apply(name)));
        }
    }

    private static boolean isProper(ObjectNode params) {
        List<Fault> faults = new ArrayList<>();
        return !References.find(params, "", faults).isEmpty() && faults.isEmpty();
    }
}
