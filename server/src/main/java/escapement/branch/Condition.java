package escapement.branch;

import escapement.json.Storable;
import java.util.List;

/** When a branch fires: a tree over how its task ended and what that returned. Immutable; judging it never throws. */
public sealed interface Condition
        permits Condition.All, Condition.Any, Condition.Not, Condition.Status, Condition.WhenCompleted, Comparison {
    int MAX_DESCRIPTION = 80;

    boolean holds(End end);

    /** In a few words, for the edge of a graph: {@code result /score >= 0.7}. */
    default String describe() {
        return Storable.mend(Description.of(this), MAX_DESCRIPTION);
    }

    record All(List<Condition> conditions) implements Condition {
        public All {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(End end) {
            return conditions.stream().allMatch(condition -> condition.holds(end));
        }
    }

    record Any(List<Condition> conditions) implements Condition {
        public Any {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean holds(End end) {
            return conditions.stream().anyMatch(condition -> condition.holds(end));
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(End end) {
            return !condition.holds(end);
        }
    }

    /** @param completed whether COMPLETED is asked for; else FAILED */
    record Status(boolean completed) implements Condition {
        @Override
        public boolean holds(End end) {
            return end.succeeded() == completed;
        }
    }

    /** What the types {@code result_…} say: a failed task equals nothing, not even null. */
    record WhenCompleted(Comparison comparison) implements Condition {
        @Override
        public boolean holds(End end) {
            return end.succeeded() && comparison.holds(end);
        }
    }
}
