package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** All tasks that a task of a file names: those it waits for, those of its branches and of its parameters. */
final class NamedTasks {
    private static final String DEPENDENCIES = "dependencies";
    private static final String BRANCHES = "conditional_branches";

    private NamedTasks() {}

    static void find(ObjectNode task, Consumer<String> found) {
        for (JsonNode dependency : task.path(DEPENDENCIES)) {
            found.accept(dependency.path("task_id").asText());
        }
        TaskNames.rename(task, name -> {
            found.accept(name);
            return name;
        });
    }

    static void rename(ObjectNode task, UnaryOperator<String> rename) {
        for (JsonNode dependency : task.path(DEPENDENCIES)) {
            ((ObjectNode) dependency)
                    .put("task_id", rename.apply(dependency.path("task_id").asText()));
        }
        TaskNames.rename(task, rename);
    }

    /** Takes away what names any other task than these: of one that has ended, whose names lead nowhere. */
    static void leaveOut(ObjectNode task, Set<String> known) {
        removeIf(
                task.path(DEPENDENCIES),
                dependency -> !known.contains(dependency.path("task_id").asText()));
        removeIf(task.path(BRANCHES), branch -> {
            boolean[] unknown = new boolean[1];
            ObjectNode alone = task.objectNode();
            alone.putArray(BRANCHES).add(branch.deepCopy());
            TaskNames.rename(alone, name -> {
                unknown[0] |= !known.contains(name);
                return name;
            });
            return unknown[0];
        });
    }

    private static void removeIf(JsonNode list, java.util.function.Predicate<JsonNode> unwanted) {
        if (list instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                if (unwanted.test(array.get(i))) {
                    array.remove(i);
                }
            }
        }
    }
}
