package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.Past;
import escapement.queue.Restored;
import escapement.task.NewTaskReader;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One task of a file.
 *
 * @param raw as the file has it
 * @param asked what a caller would ask for to have it run; other tasks by their ids in the file
 * @param names the tasks that it names, by those ids
 * @param note what was assumed about it; null when nothing was
 */
record FileTask(
        JsonNode raw,
        String path,
        Name name,
        ObjectNode asked,
        Map<String, Name> names,
        Past past,
        @Nullable String note) {

    /** The tasks that must be here before it, or come with it. */
    Set<Name> needs() {
        return new LinkedHashSet<>(names.values());
    }

    /**
     * Ready to be stored.
     *
     * @param idOf what each of the names is called here, or in the same request; null where it is nothing: left out
     * @param faults where faults are added; then the answer is not to be used
     */
    Restored restored(Function<String, @Nullable String> idOf, boolean awaitsBranch, List<Fault> faults) {
        ObjectNode task = asked;
        if (!names.isEmpty()) {
            task = asked.deepCopy();
            Map<String, String> ids = new HashMap<>();
            names.forEach((given, other) -> {
                String id = idOf.apply(other.key());
                if (id != null) {
                    ids.put(given, id);
                }
            });
            NamedTasks.leaveOut(task, ids.keySet());
            NamedTasks.rename(task, given -> ids.getOrDefault(given, given));
        }
        task.put("ref", name.key());
        return new Restored(NewTaskReader.readInBatch(new Fields(task, path, faults)), awaitsBranch, past);
    }

    /** Its faults as a task of its own, before anybody looks at the others. */
    void check(List<Fault> faults) {
        NewTaskReader.readInBatch(new Fields(asked, path, faults));
    }

    byte[] bytes() {
        return Json.write(raw).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
