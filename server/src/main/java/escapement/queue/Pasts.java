package escapement.queue;

import com.fasterxml.jackson.databind.node.TextNode;
import escapement.catalog.Catalog.OfferedAction;
import escapement.json.Json;
import escapement.queue.PastStore.Told;
import escapement.queue.SubmitStore.Row;
import escapement.task.IdempotencyKey;
import escapement.task.NewTask;
import escapement.task.OnConflict;
import escapement.task.Submission;
import escapement.workflow.RequestGraph;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Stores tasks of a file as any others, then gives them their past, in one transaction. */
final class Pasts {
    private final ConnectedSubmit connected;
    private final PastStore store = new PastStore();

    Pasts(ConnectedSubmit connected) {
        this.connected = connected;
    }

    /** The same tasks under the keys of their file. A key says which task it is, not what the file said of it that day. */
    static List<Submission> keyed(List<Restored> restored, List<Submission> submissions) {
        return IntStream.range(0, restored.size())
                .mapToObj(i -> keyed(restored.get(i).past().key(), submissions.get(i)))
                .toList();
    }

    private static Submission keyed(String key, Submission submission) {
        NewTask task = submission.task();
        IdempotencyKey own = new IdempotencyKey(key, OnConflict.RETURN, Json.digest(TextNode.valueOf(key)), List.of());
        return new Submission(
                task.sealed(task.actionParams(), task.branches(), own), submission.ref(), submission.path());
    }

    /** @param offered the action of each task that is to run; null where it has to wait for its action */
    Stored store(
            DSLContext tx,
            List<Restored> restored,
            List<Submission> submissions,
            RequestGraph graph,
            List<Row> rows,
            List<@Nullable OfferedAction> offered) {
        ConnectedSubmit.Standing standing = new ConnectedSubmit.Standing(
                places(restored, one -> one.past().hasEnded()), places(restored, Restored::awaitsBranch));
        ConnectedSubmit.Stored now = connected.store(tx, submissions, graph, rows, true, standing);
        Set<Long> added = now.added().stream().map(Row::id).collect(Collectors.toSet());
        List<Told> told = new ArrayList<>();
        List<Long> unregistered = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            Past past = restored.get(i).past();
            if (added.contains(rows.get(i).id())) {
                told.add(new Told(rows.get(i).id(), rows.get(i).maxAttempts(), past));
                if (!past.hasEnded() && offered.get(i) == null) {
                    unregistered.add(rows.get(i).id());
                }
            }
        }
        List<End> ends = told.isEmpty() ? List.of() : tell(tx, told);
        if (!unregistered.isEmpty()) {
            store.awaitRegistration(tx, unregistered);
        }
        Set<Long> ended = ends.stream().map(End::id).collect(Collectors.toSet());
        Predicate<Long> isOpen = id -> !ended.contains(id);
        Map<Long, String> skipped = new HashMap<>(now.skipped());
        skipped.keySet().removeAll(ended);
        return new Stored(
                now.ids(),
                added,
                added.stream().filter(isOpen).sorted().toList(),
                ends,
                skipped,
                now.timed().stream().filter(isOpen).toList(),
                now.at());
    }

    private static Set<Integer> places(List<Restored> restored, Predicate<Restored> wanted) {
        return IntStream.range(0, restored.size())
                .filter(i -> wanted.test(restored.get(i)))
                .boxed()
                .collect(Collectors.toSet());
    }

    private List<End> tell(DSLContext tx, List<Told> told) {
        store.describe(tx, told);
        store.attempts(tx, store.importNode(tx), told);
        List<Told> ended = told.stream().filter(one -> one.past().hasEnded()).toList();
        List<Told> begun = told.stream()
                .filter(one -> !one.past().hasEnded() && !one.past().attempts().isEmpty())
                .toList();
        if (!begun.isEmpty()) {
            store.goOn(tx, begun);
        }
        if (!ended.isEmpty()) {
            store.end(tx, ended);
        }
        // what their branches made or took is in the file as well, or was not wanted there
        return ended.stream()
                .map(one -> new End(
                        one.id(),
                        one.past().status(),
                        one.past().attempts().size(),
                        one.past().result(),
                        false,
                        false,
                        false))
                .toList();
    }

    /**
     * What was stored; the caller is to follow the ends.
     *
     * @param ids of all tasks, those that were stored before included
     * @param added those stored now
     * @param open those of them that are to run
     * @param skipped open ones that wait for an end that has been another, with the reason
     * @param timed open ones about which something is to be done at a time
     */
    record Stored(
            long[] ids,
            Set<Long> added,
            List<Long> open,
            List<End> ends,
            Map<Long, String> skipped,
            List<Long> timed,
            Instant at) {}
}
