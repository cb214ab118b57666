package escapement.queue;

import escapement.queue.IdempotencyStore.Claim;
import escapement.task.ConflictException;
import escapement.task.IdempotencyKey;
import escapement.task.OnConflict;
import escapement.task.Submission;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.DSLContext;

/** Finds the tasks of a request that were submitted before, by their idempotency keys, in the transaction that stores it. */
final class Keys {
    private final IdempotencyStore store = new IdempotencyStore();
    private final CancelStore cancel = new CancelStore();

    /**
     * Takes the keys of a request.
     *
     * @param ids the new id of each task; replaced by that of the task which has the key already
     * @return the tasks that are new, and the ends of those that make way for them
     * @throws ConflictException naming the key and its task
     */
    Taken take(DSLContext tx, List<Submission> submissions, long[] ids) {
        Set<Long> added = new HashSet<>();
        Map<String, Integer> byKey = new LinkedHashMap<>();
        for (int i = 0; i < ids.length; i++) {
            added.add(ids[i]);
            IdempotencyKey key = submissions.get(i).task().idempotencyKey();
            if (key != null) {
                byKey.put(key.key(), i);
            }
        }
        List<End> ends = new ArrayList<>();
        if (!byKey.isEmpty()) {
            Set<String> taken = store.take(tx, claims(submissions, ids, byKey));
            byKey.keySet().removeAll(taken);
            Map<String, Claim> holders = byKey.isEmpty() ? Map.of() : store.holders(tx, byKey.keySet());
            byKey.forEach((key, index) -> {
                Claim holder = Objects.requireNonNull(holders.get(key), key);
                IdempotencyKey wanted = key(submissions, index);
                if (wanted.onConflict() == OnConflict.REPLACE) {
                    ends.addAll(replace(tx, holder, new Claim(key, ids[index], wanted.digest())));
                } else {
                    refuseUnlessSame(holder, wanted);
                    added.remove(ids[index]);
                    ids[index] = holder.taskId();
                }
            });
        }
        return new Taken(added, ends);
    }

    private static List<Claim> claims(List<Submission> submissions, long[] ids, Map<String, Integer> byKey) {
        List<Claim> claims = new ArrayList<>();
        byKey.forEach((key, index) ->
                claims.add(new Claim(key, ids[index], key(submissions, index).digest())));
        return claims;
    }

    private static IdempotencyKey key(List<Submission> submissions, int index) {
        return Objects.requireNonNull(submissions.get(index).task().idempotencyKey());
    }

    private static void refuseUnlessSame(Claim holder, IdempotencyKey wanted) {
        if (wanted.onConflict() == OnConflict.REJECT) {
            throw new ConflictException(
                    "the idempotency_key '" + holder.key() + "' belongs to task " + holder.taskId());
        }
        if (!wanted.isFor(holder.digest())) {
            throw new ConflictException("the idempotency_key '" + holder.key() + "' belongs to task " + holder.taskId()
                    + ", which was asked for in other words: send the same body, another key, or on_conflict REPLACE");
        }
    }

    private List<End> replace(DSLContext tx, Claim holder, Claim next) {
        CancelStore.Gone gone =
                cancel.cancelUnstarted(tx, List.of(holder.taskId()), "replaced by task " + next.taskId());
        if (gone.ids().isEmpty()) {
            throw new ConflictException("the idempotency_key '" + holder.key() + "' belongs to task " + holder.taskId()
                    + ", which has started or ended and cannot be replaced");
        }
        store.handOver(tx, next);
        return gone.followed();
    }

    /** @param added ids of the tasks to store @param ends of tasks that were replaced */
    record Taken(Set<Long> added, List<End> ends) {}
}
