package escapement.action;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** What an attempt may know and say. Used by the attempt's own thread and threads it starts; thread-safe. */
public interface ActionContext {
    long taskId();

    /** 1 for the first start of this task, then counting on, also over starts that a crash cut short. */
    int attempt();

    /** How many attempts ended in failure before this one; starts that were lost or snoozed do not count. */
    int failuresBefore();

    /** The task's {@code action_params}: a JSON object, empty when none were given. */
    JsonNode params();

    /** Adds a line to the attempt's log. At most 1,000 lines of 2,000 characters are kept. */
    void log(String line);

    /** Says how far it is. @param fraction from 0 to 1 @param message for people; null for none */
    void progress(double fraction, @Nullable String message);
}
