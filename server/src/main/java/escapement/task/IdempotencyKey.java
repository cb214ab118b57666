package escapement.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fields;
import escapement.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller's own name for a task, which makes submitting it repeatable.
 *
 * @param digest of what was asked for, as lower-case hex: the same key for something else is a mistake. SHA-256, and where
 *     sensitive values are in it what a secret key makes of that
 * @param otherDigests which the same may have been given before, with other secret keys
 */
public record IdempotencyKey(String key, OnConflict onConflict, String digest, List<String> otherDigests) {
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
        return new IdempotencyKey(key, onConflict, Json.digest(fields.without(NOT_DIGESTED)), List.of());
    }

    /** The same for a task as it was asked for. @param task as {@link NewTaskReader} reads it */
    public IdempotencyKey of(ObjectNode task) {
        return new IdempotencyKey(
                key, onConflict, Json.digest(task.deepCopy().without(List.of(NOT_DIGESTED))), List.of());
    }

    /** The same with its digest replaced. @param digests the first to be stored, all to be recognised */
    public IdempotencyKey withDigests(List<String> digests) {
        return new IdempotencyKey(key, onConflict, digests.getFirst(), digests.subList(1, digests.size()));
    }

    /** Whether a stored digest is that of the same request. */
    public boolean isFor(String stored) {
        return digest.equals(stored) || otherDigests.contains(stored);
    }
}
