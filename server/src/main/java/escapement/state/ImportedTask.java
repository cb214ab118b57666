package escapement.state;

import escapement.json.Fault;
import escapement.task.TaskStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one task of a file.
 *
 * @param path where it stands in the file
 * @param id its id there; null when it has none
 * @param taskId its id here; null when it is not here
 * @param status as it came here, or as it stands when it was here already; null when it is not
 * @param note what a person should know; null for nothing
 * @param faults why it was refused
 */
public record ImportedTask(
        String path,
        @Nullable String id,
        @Nullable Long taskId,
        Verdict verdict,
        @Nullable TaskStatus status,
        @Nullable String note,
        List<Fault> faults) {}
