package escapement.task;

import escapement.json.Fields;
import escapement.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A caller's own name for a task, which makes submitting it repeatable.
 *
 * @param digest SHA-256 of what was asked for, as lower-case hex: the same key for something else is a mistake
 */
public record IdempotencyKey(String key, OnConflict onConflict, String digest) {
    private static final int MAX_KEY = 256;
    /** What may differ between two requests for the same task. */
    private static final String[] NOT_DIGESTED = {"ref", "idempotency_key", "on_conflict"};

    static @Nullable IdempotencyKey read(Fields fields) {
        String key = fields.text("idempotency_key", MAX_KEY);
        OnConflict onConflict = fields.oneOf("on_conflict", OnConflict.class, OnConflict.RETURN);
        if (key == null) {
            if (fields.has("on_conflict")) {
                fields.fault("on_conflict", "needs an idempotency_key");
            }
            return null;
        }
        if (key.isBlank()) {
            fields.fault("idempotency_key", "must not be blank");
        }
        return new IdempotencyKey(key, onConflict, Json.digest(fields.without(NOT_DIGESTED)));
    }
}
