package escapement.task;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fields;
import java.util.ArrayList;
import java.util.List;

/** Reads the dependencies of a task: objects, or bare ids for those that are to complete. */
final class DependencyReader {
    static final int MAX_DEPENDENCIES = 100_000;
    static final int MAX_REF = 200;

    private DependencyReader() {}

    static List<NewDependency> read(Fields task) {
        List<NewDependency> dependencies = new ArrayList<>();
        for (Fields.Element element : task.elements("dependencies", MAX_DEPENDENCIES)) {
            JsonNode node = element.node();
            dependencies.add(
                    node.isTextual() || node.isIntegralNumber()
                            ? new NewDependency(node.asText(), RequiredStatus.COMPLETED, null)
                            : dependency(element.object()));
        }
        return dependencies;
    }

    private static NewDependency dependency(Fields fields) {
        String task = fields.requiredText("task_id", MAX_REF);
        NewDependency dependency = new NewDependency(
                task == null ? "" : task,
                fields.oneOf("required_status", RequiredStatus.class, RequiredStatus.COMPLETED),
                NewTaskReader.timeout(fields));
        fields.refuseUnread();
        return dependency;
    }
}
