package escapement.queue;

import escapement.task.RequiredStatus;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** What one try of {@link WorkflowPropertyDbTest} does: random batches and random commands. */
record Plan(List<Step> steps) {

    static Arbitrary<Plan> any() {
        Arbitrary<Step> step = Arbitraries.frequencyOf(
                Tuple.of(8, ends()),
                Tuple.of(2, numbers().map(Step.Cancel::new)),
                Tuple.of(1, Arbitraries.integers().between(0, 1).map(Step.CancelWorkflow::new)),
                Tuple.of(3, Combinators.combine(numbers(), flag()).as(Step.Retry::new)),
                Tuple.of(1, batches(1, 6)));
        return Combinators.combine(batches(5, 30), step.list().ofMinSize(4).ofMaxSize(20))
                .as((first, more) -> new Plan(concat(first, more)));
    }

    private static List<Step> concat(Step first, List<Step> more) {
        return Stream.concat(Stream.of(first), more.stream()).toList();
    }

    private static Arbitrary<Step.End> ends() {
        return Combinators.combine(numbers(), Arbitraries.of(Verdict.class)).as(Step.End::new);
    }

    private static Arbitrary<Step.Batch> batches(int least, int most) {
        return Combinators.combine(
                        tasks().list().ofMinSize(least).ofMaxSize(most),
                        Arbitraries.integers().between(0, 1),
                        flag())
                .as(Step.Batch::new);
    }

    private static Arbitrary<Task> tasks() {
        return Combinators.combine(
                        dependencies().list().ofMaxSize(3),
                        flag(),
                        branches().list().ofMaxSize(2),
                        Arbitraries.integers().between(1, 2),
                        flag())
                .as(Task::new);
    }

    private static Arbitrary<Dependency> dependencies() {
        Arbitrary<RequiredStatus> required = Arbitraries.frequency(
                Tuple.of(5, RequiredStatus.COMPLETED),
                Tuple.of(2, RequiredStatus.ANY),
                Tuple.of(1, RequiredStatus.FAILED),
                Tuple.of(1, RequiredStatus.SKIPPED),
                Tuple.of(1, RequiredStatus.CANCELLED));
        return Combinators.combine(numbers(), required).as(Dependency::new);
    }

    private static Arbitrary<Branch> branches() {
        Arbitrary<Sequel> targets = numbers().map(Sequel.Target::new);
        Arbitrary<Sequel> templates = Combinators.combine(dependencies().list().ofMaxSize(1), flag(), flag(), nested())
                .as(Sequel.Template::new);
        return Combinators.combine(Arbitraries.of(When.class), Arbitraries.oneOf(targets, templates))
                .as(Branch::new);
    }

    /** The branches of a template: one level is enough for what is made to make something again. */
    private static Arbitrary<List<Branch>> nested() {
        Arbitrary<Sequel> targets = numbers().map(Sequel.Target::new);
        Arbitrary<Sequel> templates = Arbitraries.just(new Sequel.Template(List.of(), false, false, List.of()));
        return Combinators.combine(Arbitraries.of(When.class), Arbitraries.oneOf(targets, templates))
                .as(Branch::new)
                .list()
                .ofMaxSize(1);
    }

    /** Chooses among whatever there is to choose from by then. */
    private static Arbitrary<Integer> numbers() {
        return Arbitraries.integers().between(0, 59);
    }

    private static Arbitrary<Boolean> flag() {
        return Arbitraries.of(false, true);
    }

    @Override
    public String toString() {
        return steps.stream().map(Object::toString).collect(Collectors.joining("\n  ", "\n  ", ""));
    }

    /** One command. Numbers choose among the tasks that it can concern, counted round. */
    sealed interface Step {
        /** Submits these tasks. @param workflow one of two @param reversed whether those that wait come first */
        record Batch(List<Task> tasks, int workflow, boolean reversed) implements Step {}

        /** Lets one of the running attempts end. */
        record End(int choice, Verdict verdict) implements Step {}

        record Cancel(int choice) implements Step {}

        record CancelWorkflow(int workflow) implements Step {}

        record Retry(int choice, boolean downstream) implements Step {}
    }

    /** A task that waits for some of those before it and may be followed by some of those after it. */
    record Task(
            List<Dependency> dependencies, boolean skips, List<Branch> branches, int maxAttempts, boolean backsOff) {}

    record Dependency(int choice, RequiredStatus required) {}

    record Branch(When when, Sequel sequel) {}

    /** What a branch leads to. */
    sealed interface Sequel {
        record Target(int choice) implements Sequel {}

        /** @param keyed whether it has an idempotency key, the same wherever it is used in a try */
        record Template(List<Dependency> dependencies, boolean skips, boolean keyed, List<Branch> branches)
                implements Sequel {}
    }

    /** When a branch is taken. */
    enum When {
        SUCCESS("\"condition_type\":\"success\""),
        FAILURE("\"condition_type\":\"failure\""),
        IS_ONE("\"condition_type\":\"result_equals\",\"condition_value\":1"),
        IS_TRUE("\"condition_type\":\"result_equals\",\"condition_value\":true");

        final String json;

        When(String json) {
            this.json = json;
        }

        boolean holds(Verdict verdict) {
            return switch (this) {
                case SUCCESS -> verdict.succeeds();
                case FAILURE -> !verdict.succeeds();
                case IS_ONE -> verdict == Verdict.ONE;
                case IS_TRUE -> verdict == Verdict.TRUE;
            };
        }
    }

    /** How an attempt ends. */
    enum Verdict {
        ONE,
        TRUE,
        FAILED,
        FAILED_FOR_GOOD;

        boolean succeeds() {
            return this == ONE || this == TRUE;
        }
    }
}
