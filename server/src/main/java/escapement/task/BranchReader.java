package escapement.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.branch.Condition;
import escapement.branch.ConditionReader;
import escapement.json.Fields;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the branches of a task, those inside its templates included. */
public final class BranchReader {
    static final String BRANCHES = "conditional_branches";
    private static final int MAX_BRANCHES = 100;
    private static final int MAX_BYTES = 256 * 1024;
    /** How deep templates may lie in templates. */
    private static final int MAX_DEPTH = 8;

    private BranchReader() {}

    static List<NewBranch> read(Fields task, int depth) {
        List<Fields.Element> elements = task.elements(BRANCHES, MAX_BRANCHES);
        if (depth == 0 && !task.checkStorable(BRANCHES)) { // nor can its length be told
            return List.of();
        }
        if (depth == 0 && tooLong(elements.stream().map(Fields.Element::node))) {
            task.fault(BRANCHES, "takes more than " + MAX_BYTES + " bytes of JSON");
            return List.of();
        }
        if (!elements.isEmpty() && depth == MAX_DEPTH) {
            task.fault(BRANCHES, "lies in more than " + MAX_DEPTH + " templates");
            return List.of();
        }
        List<NewBranch> branches = new ArrayList<>(elements.size());
        for (Fields.Element element : elements) {
            Fields fields = element.object();
            NewBranch branch = branch(fields, element, depth);
            if (branch != null) {
                branches.add(branch);
            }
        }
        return branches;
    }

    private static boolean tooLong(Stream<? extends JsonNode> branches) {
        return branches.mapToLong(branch -> Json.write(branch).length()).sum() > MAX_BYTES;
    }

    /** Whether branches have become too long to be read again, for sealing lengthens what it hides. */
    public static boolean tooLong(List<NewBranch> branches) {
        return tooLong(branches.stream().map(NewBranch::json));
    }

    private static @Nullable NewBranch branch(Fields fields, Fields.Element element, int depth) {
        Condition condition = ConditionReader.read(fields);
        String nextTask = fields.text("next_task_id", DependencyReader.MAX_REF);
        Fields template = fields.object("next_task_template");
        if ((nextTask == null) == (template == null)) {
            fields.fault(
                    nextTask == null ? "next_task_id" : "next_task_template",
                    nextTask == null
                            ? "is required: name a task, or give a next_task_template"
                            : "excludes next_task_id: give one of the two");
        }
        NewTask made = template == null ? null : NewTaskReader.readTemplate(template, depth + 1);
        fields.refuseUnread();
        return element.node() instanceof ObjectNode json ? new NewBranch(condition, nextTask, made, json) : null;
    }

    /** The branches of a stored task. */
    public static List<NewBranch> parse(String stored) {
        ObjectNode task = Json.nodes().objectNode();
        task.set(BRANCHES, Json.parse(stored));
        return Fields.readAll(task, fields -> read(fields, 0));
    }
}
