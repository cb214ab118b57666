package escapement.queue;

import escapement.queue.MomentStore.Due;
import escapement.queue.MomentStore.Kind;
import escapement.queue.MomentStore.Unmet;
import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What happens to tasks at given times: one that waited too long ends, one that misses its deadline is flagged. Whatever
 * acts on a moment removes it in the same transaction, so it is acted on once. Stateless.
 */
final class Moments {
    private static final int AT_ONCE = 500;

    private final MomentStore store = new MomentStore();
    private final Consequences consequences;

    Moments(Consequences consequences) {
        this.consequences = consequences;
    }

    /** Acts on those moments of these tasks that have passed. */
    Moved act(DSLContext tx, Collection<Long> ids) {
        return ids.isEmpty() ? Moved.NOTHING : act(tx, store.takeDue(tx, ids)).moved();
    }

    /** Acts on moments that are due, the earliest first, as many as one transaction should. */
    Acted actOnDue(DSLContext tx) {
        return act(tx, store.takeDue(tx, AT_ONCE));
    }

    /** Ends a task as SKIPPED, if the gate holds it. */
    Moved reject(DSLContext tx, long id, String reason) {
        return consequences.follow(tx, store.end(tx, List.of(new Wanted(id, TaskStatus.SKIPPED, reason, true))));
    }

    private Acted act(DSLContext tx, List<Due> due) {
        if (due.isEmpty()) {
            return Acted.NOTHING;
        }
        // locked first, or a dependency might be met, or the task claimed, between the look and the act
        Set<Long> open =
                store.lock(tx, new TreeSet<>(due.stream().map(Due::taskId).toList()));
        List<Due> live = due.stream().filter(one -> open.contains(one.taskId())).toList();
        Moved moved =
                consequences.follow(tx, store.end(tx, List.copyOf(ends(tx, live).values())));
        List<Due> late = live.stream().filter(one -> one.kind().flag() != null).toList();
        if (!late.isEmpty()) {
            store.flag(tx, late);
        }
        return new Acted(due.size() == AT_ONCE, late, moved);
    }

    /** By task, what the first of its moments wants. */
    private Map<Long, Wanted> ends(DSLContext tx, List<Due> live) {
        List<Due> timeouts = live.stream()
                .filter(one -> one.kind() == Kind.DEPENDENCY_TIMEOUT)
                .toList();
        Map<Due, Unmet> unmet = timeouts.isEmpty() ? Map.of() : store.unmet(tx, timeouts);
        Map<Long, Wanted> ends = new LinkedHashMap<>();
        for (Due one : live) {
            if (unmet.get(one) instanceof Unmet dependency) {
                ends.putIfAbsent(
                        one.taskId(), new Wanted(one.taskId(), TaskStatus.FAILED, timedOut(one, dependency), false));
            } else if (one.kind() == Kind.START_BY) {
                ends.putIfAbsent(
                        one.taskId(),
                        new Wanted(one.taskId(), TaskStatus.SKIPPED, "not started by " + one.at(), false));
            } else if (one.kind() == Kind.APPROVAL) {
                ends.putIfAbsent(one.taskId(), new Wanted(one.taskId(), TaskStatus.SKIPPED, null, true));
            }
        }
        return ends;
    }

    private static String timedOut(Due due, Unmet dependency) {
        String required = dependency.required() == RequiredStatus.ANY ? "" : " " + dependency.required();
        return "task " + due.upstream() + " had not ended" + required + " within "
                + BigDecimal.valueOf(dependency.timeoutMillis(), 3)
                        .stripTrailingZeros()
                        .toPlainString()
                + " s";
    }

    /**
     * How a task is to end, should it still wait.
     *
     * @param reason null: why the gate holds it
     * @param held whether it is to end only while the gate holds it
     */
    record Wanted(long id, TaskStatus status, @Nullable String reason, boolean held) {}

    /**
     * What one transaction did.
     *
     * @param anyLeft whether more moments may be due
     * @param flagged those that flagged a task
     */
    record Acted(boolean anyLeft, List<Due> flagged, Moved moved) {
        static final Acted NOTHING = new Acted(false, List.of(), Moved.NOTHING);

        List<Long> flagged(Kind kind) {
            List<Long> ids = new ArrayList<>();
            flagged.stream().filter(one -> one.kind() == kind).forEach(one -> ids.add(one.taskId()));
            return ids;
        }
    }
}
