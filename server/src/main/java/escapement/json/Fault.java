package escapement.json;

import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with an input.
 *
 * @param path where, as a JSON Pointer into the body ({@code /tasks/3/priority}), or a query parameter's name
 * @param value the offending value as text, shortened; null when it is absent or would not help
 * @param message what is wrong and what is accepted
 */
public record Fault(String path, @Nullable String value, String message) {}
