package escapement.workflow.explain;

import java.time.Duration;
import java.util.List;
import org.jooq.DSLContext;

/** It runs: where, for how long, and whether its node still lives. */
final class RunReasons implements ReasonFinder {
    private final RunStore store = new RunStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        return store.run(tx, subject.id())
                .map(run -> {
                    Reason running = running(run, subject);
                    Reason lease = lease(run, subject);
                    return run.leaseUntil().isAfter(subject.now()) ? List.of(running, lease) : List.of(lease, running);
                })
                .orElse(List.of());
    }

    private static Reason running(RunStore.Run run, Subject subject) {
        Duration running = subject.since(run.startedAt());
        String limit =
                run.timeout() == null ? ", without a limit" : ", is interrupted after " + Reason.inWords(run.timeout());
        String message = "runs on node %s for %s, %s%s"
                .formatted(run.node(), Reason.inWords(running), subject.attempts(), limit);
        return subject.withAttempts(Reason.of("RUNNING", message))
                .with("node", run.node())
                .with("since", run.startedAt())
                .with("running_seconds", running)
                .with("timeout_seconds", run.timeout());
    }

    private static Reason lease(RunStore.Run run, Subject subject) {
        Duration left = subject.until(run.leaseUntil());
        boolean lives = left.isPositive();
        String message = lives
                ? "node %s holds its lease for another %s".formatted(run.node(), Reason.inWords(left))
                : "node %s lost its lease %s ago: another node makes the task ready again within seconds"
                        .formatted(run.node(), Reason.inWords(left));
        return Reason.of(lives ? "NODE_LIVES" : "NODE_LOST", message)
                .with("node", run.node())
                .with("lease_until", run.leaseUntil())
                .with("lease_left_seconds", left);
    }
}
