package escapement.queue;

import escapement.queue.DependentStore.Dependent;
import escapement.queue.DependentStore.Postponed;
import escapement.task.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the ends of tasks move, in the transaction that ends them: branches fire, dependents become ready or are
 * skipped, which is an end again. Thread-safe.
 *
 * <p>A transaction moves a bounded number of tasks. What is beyond is recorded in it and moved by {@link #movePostponed}, by
 * any node, in pieces.
 */
final class Consequences {
    private static final int FEW_DEPENDENTS = 200;
    private static final int DEPENDENTS_AT_ONCE = 1000;
    private static final int MOST_AT_ONCE = 20_000;
    private static final int WAVES_AT_ONCE = 50;

    private final DependentStore dependents = new DependentStore();
    private final Branches branches;

    Consequences(Branches branches) {
        this.branches = branches;
    }

    /** Moves what these ends move. */
    Moved follow(DSLContext tx, Collection<End> ends) {
        Moved moved = Moved.NOTHING;
        List<End> wave = List.copyOf(ends);
        for (int waves = 0; !wave.isEmpty(); waves++) {
            List<End> next = new ArrayList<>();
            moved = moved.and(fireBranches(tx, wave, next));
            if (waves >= WAVES_AT_ONCE) {
                dependents.postpone(tx, wave);
                moved = moved.and(Moved.POSTPONED);
            } else {
                moved = moved.and(moveDependents(tx, wave, next));
            }
            wave = next;
        }
        return moved;
    }

    private Moved fireBranches(DSLContext tx, List<End> wave, List<End> next) {
        Branches.Fired fired = branches.fire(tx, wave);
        next.addAll(fired.ends());
        next.addAll(endAsSkipped(tx, fired.skipped()));
        return fired.moved();
    }

    private Moved moveDependents(DSLContext tx, List<End> wave, List<End> next) {
        Map<Long, End> ends =
                wave.stream().collect(Collectors.toMap(End::id, end -> end, (a, b) -> a, LinkedHashMap::new));
        DependentStore.Few few = ends.size() > FEW_DEPENDENTS
                ? null
                : dependents.meetFew(tx, ends.values(), FEW_DEPENDENTS).orElse(null);
        if (few != null) {
            next.addAll(endAsSkipped(tx, unmet(few.dependents(), ends)));
            return few.moved();
        }
        List<Dependent> found = dependents.of(tx, ends.keySet(), 0, DEPENDENTS_AT_ONCE + 1, MOST_AT_ONCE);
        List<End> tooMany = beyondBounds(ends, found);
        if (!tooMany.isEmpty()) {
            dependents.postpone(tx, tooMany);
            tooMany.forEach(end -> ends.remove(end.id()));
        }
        Moved moved = move(
                tx,
                found.stream().filter(one -> ends.containsKey(one.upstream())).toList(),
                ends,
                next);
        return tooMany.isEmpty() ? moved : moved.and(Moved.POSTPONED);
    }

    /** Those with too many dependents for this transaction, and those whose dependents were cut off. */
    private static List<End> beyondBounds(Map<Long, End> ends, List<Dependent> found) {
        Map<Long, Long> counts =
                found.stream().collect(Collectors.groupingBy(Dependent::upstream, Collectors.counting()));
        boolean cutOff = found.size() == MOST_AT_ONCE;
        long last = cutOff ? found.getLast().upstream() : Long.MAX_VALUE;
        return ends.values().stream()
                .filter(end -> counts.getOrDefault(end.id(), 0L) > DEPENDENTS_AT_ONCE || (cutOff && end.id() >= last))
                .toList();
    }

    private Moved move(DSLContext tx, List<Dependent> found, Map<Long, End> ends, List<End> next) {
        List<Dependent> met =
                found.stream().filter(dependent -> isMet(dependent, ends)).toList();
        Moved moved = met.isEmpty() ? Moved.NOTHING : dependents.meet(tx, met);
        next.addAll(endAsSkipped(tx, unmet(found, ends)));
        return moved;
    }

    /** Those that are to end, for they cannot go on; with the reason of each. */
    private static Map<Long, String> unmet(List<Dependent> found, Map<Long, End> ends) {
        Map<Long, String> skipped = new HashMap<>();
        for (Dependent dependent : found) {
            if (dependent.skips() && !isMet(dependent, ends)) {
                End upstream = Objects.requireNonNull(ends.get(dependent.upstream()));
                skipped.put(dependent.downstream(), unmet(upstream.id(), upstream.status()));
            }
        }
        return skipped;
    }

    private static boolean isMet(Dependent dependent, Map<Long, End> ends) {
        return dependent
                .required()
                .isMetBy(Objects.requireNonNull(ends.get(dependent.upstream())).status());
    }

    /** Why a task cannot go on. */
    static String unmet(long upstream, TaskStatus end) {
        return "task " + upstream + " is " + end;
    }

    /** Ends BLOCKED tasks as SKIPPED, with the reason of each, and moves what that moves. */
    Moved skip(DSLContext tx, Map<Long, String> reasons) {
        return follow(tx, endAsSkipped(tx, reasons));
    }

    /** Ends those of these that wait for a branch although no task has one that could take them. */
    Moved skipUntaken(DSLContext tx, List<Long> ids) {
        return skip(tx, branches.untaken(tx, ids));
    }

    private List<End> endAsSkipped(DSLContext tx, Map<Long, String> reasons) {
        List<Long> ids = List.copyOf(reasons.keySet());
        return ids.isEmpty()
                ? List.of()
                : dependents.skip(tx, ids, ids.stream().map(reasons::get).toList());
    }

    /** Moves a thousand dependents of one end that was left for later. @return nothing more to move when null */
    @Nullable
    Moved movePostponed(DSLContext tx) {
        Postponed postponed = dependents.nextPostponed(tx).orElse(null);
        if (postponed == null) {
            return null;
        }
        List<Dependent> found = dependents.of(
                tx, List.of(postponed.upstream()), postponed.afterDownstream(), DEPENDENTS_AT_ONCE, DEPENDENTS_AT_ONCE);
        List<End> next = new ArrayList<>();
        End end = new End(postponed.upstream(), postponed.status(), 0, null, false);
        Moved moved = move(tx, found, Map.of(end.id(), end), next);
        dependents.advance(
                tx,
                postponed,
                found.size() < DEPENDENTS_AT_ONCE ? null : found.getLast().downstream());
        return moved.and(follow(tx, next));
    }
}
