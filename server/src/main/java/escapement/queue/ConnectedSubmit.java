package escapement.queue;

import escapement.queue.SubmitStore.Row;
import escapement.task.Submission;
import escapement.workflow.RequestGraph;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jooq.DSLContext;

/** Stores tasks that have to do with others, or may be stored already, in a transaction. */
final class ConnectedSubmit {
    private final SubmitStore store;
    private final Keys keys = new Keys();
    private final MomentStore moments = new MomentStore();

    ConnectedSubmit(SubmitStore store) {
        this.store = store;
    }

    /**
     * Stores what is new.
     *
     * @param rows of the submissions, as if they had to do with no other task
     * @param holdsTargets whether stored tasks that branches name are to wait for them from now on
     * @throws escapement.json.InvalidInputException naming tasks that do not exist
     * @throws escapement.task.ConflictException when a key belongs to another task
     */
    Stored store(
            DSLContext tx, List<Submission> submissions, RequestGraph graph, List<Row> rows, boolean holdsTargets) {
        return store(tx, submissions, graph, rows, holdsTargets, Standing.NEW);
    }

    /** The same for tasks some of which have a past. */
    Stored store(
            DSLContext tx,
            List<Submission> submissions,
            RequestGraph graph,
            List<Row> rows,
            boolean holdsTargets,
            Standing standing) {
        long[] ids = rows.stream().mapToLong(Row::id).toArray();
        Keys.Taken taken = keys.take(tx, submissions, ids);
        Wiring wiring = new Wiring(submissions, graph, ids, taken.added(), holdsTargets, standing);
        wiring.connect(tx);
        List<Row> added = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            if (taken.added().contains(rows.get(i).id())) {
                added.add(wiring.wired(i, rows.get(i)));
            }
        }
        Instant at = added.isEmpty() ? Instant.EPOCH : store.submit(tx, added).at();
        wiring.store(tx);
        List<Long> timed = timed(submissions, ids, taken.added());
        if (!timed.isEmpty()) {
            moments.arm(tx, timed, false);
        }
        return new Stored(ids, added, taken.ends(), wiring.skipped(), timed, at);
    }

    private static List<Long> timed(List<Submission> submissions, long[] ids, Set<Long> added) {
        return IntStream.range(0, ids.length)
                .filter(i -> submissions.get(i).task().hasMoments() && added.contains(ids[i]))
                .mapToObj(i -> ids[i])
                .toList();
    }

    /**
     * How tasks of a request stand, by their places in it.
     *
     * @param ended those that have ended, whose branches take nothing any more
     * @param awaitingBranch those that a branch of a later request is to take
     */
    record Standing(Set<Integer> ended, Set<Integer> awaitingBranch) {
        static final Standing NEW = new Standing(Set.of(), Set.of());
    }

    /**
     * What was stored; the caller is to follow the ends and to end what is to be skipped.
     *
     * @param ids of all tasks, those that were stored before included
     * @param added the rows of the new ones
     * @param replaced tasks that made way for new ones
     * @param skipped new tasks that wait for an end that has been another already, with the reason
     * @param timed new tasks about which something is to be done at a time, which may have passed already
     */
    record Stored(
            long[] ids, List<Row> added, List<End> replaced, Map<Long, String> skipped, List<Long> timed, Instant at) {}
}
