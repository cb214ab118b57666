package escapement.workflow.explain;

import escapement.task.TaskStatus;
import escapement.workflow.explain.UpstreamStore.Origin;
import escapement.workflow.explain.UpstreamStore.Unmet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** It waits for other tasks: for which, how they stand, and whether that can still become what is required. */
final class DependencyReasons implements ReasonFinder {
    private static final int MOST_NAMED = 20;

    private final UpstreamStore store = new UpstreamStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        int count = store.unmetCount(tx, subject.id());
        if (count == 0) {
            return List.of();
        }
        List<Unmet> unmet = store.unmet(tx, subject.id(), MOST_NAMED);
        Map<Long, List<Origin>> origins = store.origins(
                tx,
                unmet.stream()
                        .filter(one -> one.status() == TaskStatus.BLOCKED)
                        .map(Unmet::upstream)
                        .toList());
        List<Reason> reasons = new ArrayList<>();
        unmet.stream()
                .map(one -> Finding.of(one, origins.getOrDefault(one.upstream(), List.of())))
                .sorted(Comparator.comparing(Finding::outlook)) // stable: otherwise as they were found
                .forEach(finding -> reasons.add(finding.reason(subject)));
        if (count > unmet.size()) {
            int more = count - unmet.size();
            reasons.add(Reason.of("MORE_DEPENDENCIES", "waits for %d more".formatted(more))
                    .with("more", more));
        }
        return reasons;
    }

    /** @param cause the task, further up, that keeps it from being met, where there is one */
    private record Finding(
            Unmet unmet, Outlook outlook, @Nullable Origin cause) {
        static Finding of(Unmet unmet, List<Origin> origins) {
            TaskStatus status = unmet.status();
            if (status == null) {
                return new Finding(unmet, Outlook.IMPOSSIBLE, null);
            }
            if (status.isTerminal()) {
                return new Finding(unmet, Outlook.after(status, unmet.required()), null);
            }
            if (status == TaskStatus.DEFERRED) {
                return new Finding(unmet, Outlook.NEEDS_PERSON, null);
            }
            Optional<Origin> stuck = origins.stream().anyMatch(Origin::moves)
                    ? Optional.empty()
                    : origins.stream().findFirst();
            return new Finding(unmet, stuck.isPresent() ? Outlook.NEEDS_PERSON : Outlook.OPEN, stuck.orElse(null));
        }

        Reason reason(Subject subject) {
            String message = "waits for task %d, which %s".formatted(unmet.upstream(), standing()) + timeLeft(subject);
            return Reason.of("DEPENDENCY", message)
                    .with("upstream_id", Long.toString(unmet.upstream()))
                    .with("upstream_status", name(unmet.status()))
                    .with("required_status", unmet.required().name())
                    .with("outlook", outlook.name())
                    .with("because_of_id", cause == null ? null : Long.toString(cause.id()))
                    .with("because_of_status", cause == null ? null : name(cause.status()))
                    .with(facts -> facts.put("before", unmet.before()))
                    .with("timeout_seconds", unmet.timeout())
                    .with("timeout_at", unmet.timeoutAt())
                    .with("timeout_in_seconds", unmet.timeoutAt() == null ? null : subject.until(unmet.timeoutAt()));
        }

        private String standing() {
            if (unmet.status() == null) {
                return "is not stored any more: cancel this one";
            }
            String is = "is " + unmet.status();
            if (!unmet.status().isTerminal()) {
                return is + whatItWaitsFor();
            }
            return switch (outlook) {
                case IMPOSSIBLE -> is + " and was to be " + unmet.required() + ": that cannot come any more";
                case NEEDS_PERSON -> is + " and was to be " + unmet.required() + ": retry it";
                case OPEN -> is + " as required: " + told();
            };
        }

        private String whatItWaitsFor() {
            if (cause != null) {
                return " because of task %d, which is %s".formatted(cause.id(), name(cause.status()));
            }
            return switch (unmet.required()) {
                case COMPLETED -> "";
                case ANY -> " and is to end";
                case FAILED, SKIPPED, CANCELLED -> " and is to be " + unmet.required();
            };
        }

        private String told() {
            if (unmet.before() == null) {
                return "this one goes on within a second";
            }
            String number = unmet.before() > UpstreamStore.MOST_BEFORE
                    ? "more than " + UpstreamStore.MOST_BEFORE
                    : "" + unmet.before();
            return number + " of its dependents go on before this one";
        }

        private String timeLeft(Subject subject) {
            return unmet.timeoutAt() == null
                    ? ""
                    : "; its time is up at %s, in %s"
                            .formatted(unmet.timeoutAt(), Reason.inWords(subject.until(unmet.timeoutAt())));
        }

        private static @Nullable String name(@Nullable TaskStatus status) {
            return status == null ? null : status.name();
        }
    }
}
