package escapement.workflow.explain;

import com.fasterxml.jackson.databind.node.ArrayNode;
import escapement.task.TaskStatus;
import escapement.workflow.explain.LineStore.Node;
import escapement.workflow.explain.LineStore.Place;
import escapement.workflow.explain.StopStore.Stop;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jooq.DSLContext;

/** It is ready, or came in a file before its action: what keeps nodes from claiming it, how many stand before it, and who has room. */
final class LineReasons implements ReasonFinder {
    private static final int MOST_COUNTED = 10_000;
    private static final int MOST_NODES = 50;
    private static final int MOST_LAST = 5;

    private final LineStore store = new LineStore();
    private final StopStore stops = new StopStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        Place place = store.place(tx, subject.id()).orElse(null);
        if (place == null) {
            return List.of();
        }
        List<Node> nodes = store.nodes(tx, place.actionId());
        List<Node> offering = nodes.stream().filter(Node::offers).toList();
        List<Reason> reasons = new ArrayList<>();
        stops.holds(tx, place).forEach(hold -> reasons.add(stopped(place, hold, subject)));
        if (nodes.isEmpty()) {
            reasons.add(Reason.of("NO_LIVE_NODE", "no node is alive: start one").with("live_nodes", 0));
        } else if (offering.isEmpty()) {
            reasons.add(notOffered(place, nodes, store.lastOffered(tx, place.actionId(), MOST_LAST)));
        }
        if (subject.status() == TaskStatus.BLOCKED) { // in no line yet
            return reasons;
        }
        Reason before = before(place, store.before(tx, place, subject.id(), MOST_COUNTED + 1));
        if (offering.isEmpty()) {
            reasons.add(before);
        } else if (sum(offering, Node::running) >= sum(offering, Node::limit)) {
            reasons.add(slots(nodes, offering));
            reasons.add(before);
        } else {
            reasons.add(before);
            reasons.add(slots(nodes, offering));
        }
        stops.dryRun(tx).ifPresent(mode -> reasons.add(stopped(place, mode, subject)));
        return reasons;
    }

    private static Reason stopped(Place place, Stop stop, Subject subject) {
        String until = stop.until() == null ? "" : ", until " + stop.until();
        String message = standing(place, stop).formatted(stop.by(), Reason.inWords(subject.since(stop.since())))
                + until
                + (stop.reason() == null ? "" : ": " + stop.reason());
        Reason reason = Reason.of(code(stop), message);
        return switch (stop.kind()) {
            case QUEUE -> who(reason.with("queue", place.queue()), stop, subject);
            case ACTION -> who(reason.with("action_name", place.action()), stop, subject);
            case EVERYTHING, DRY_RUN -> who(reason, stop, subject);
        };
    }

    private static String standing(Place place, Stop stop) {
        return switch (stop.kind()) {
            case QUEUE -> "its queue '" + place.queue() + "' has been held by %s for %s";
            case ACTION -> "its action '" + place.action() + "' has been held by %s for %s";
            case DRY_RUN -> "it will be a dry run: the mode is DRY_RUN, set by %s %s ago";
            case EVERYTHING -> "the mode is LOCKED: everything has been held by %s for %s";
        };
    }

    private static String code(Stop stop) {
        return switch (stop.kind()) {
            case QUEUE -> "QUEUE_HELD";
            case ACTION -> "ACTION_HELD";
            case DRY_RUN -> "DRY_RUN_MODE";
            case EVERYTHING -> "LOCKED";
        };
    }

    private static Reason who(Reason reason, Stop stop, Subject subject) {
        return reason.with("since", stop.since())
                .with("held_seconds", subject.since(stop.since()))
                .with("until", stop.until())
                .with("by", stop.by())
                .with(facts -> facts.put("verified", stop.verified()))
                .with("reason", stop.reason());
    }

    private static Reason notOffered(Place place, List<Node> nodes, List<String> last) {
        String who = last.isEmpty() ? "none that is known ever did" : "the last that did: " + String.join(", ", last);
        String message =
                "no live node offers the action '%s' (%d live); %s".formatted(place.action(), nodes.size(), who);
        return Reason.of("ACTION_NOT_OFFERED", message)
                .with("action_name", place.action())
                .with("live_nodes", nodes.size())
                .with("last_offered_by", last);
    }

    private static Reason before(Place place, int count) {
        boolean many = count > MOST_COUNTED;
        String number = switch (many ? -1 : count) {
            case -1 -> "more than %d tasks are".formatted(MOST_COUNTED);
            case 0 -> "no task is";
            case 1 -> "1 task is";
            default -> "%d tasks are".formatted(count);
        };
        return Reason.of("TASKS_BEFORE", "%s before it in queue '%s'".formatted(number, place.queue()))
                .with("queue", place.queue())
                .with("before", many ? MOST_COUNTED : count)
                .with(facts -> facts.put("more_than", many))
                .with("ready_at", place.readyAt());
    }

    private static Reason slots(List<Node> nodes, List<Node> offering) {
        int running = sum(offering, Node::running);
        int limit = sum(offering, Node::limit);
        boolean full = running >= limit;
        String message = "%d of %d slots are taken on the live nodes that offer its action (%d)"
                .formatted(running, limit, offering.size());
        return Reason.of(full ? "SLOTS_TAKEN" : "SLOTS_FREE", message)
                .with("running", running)
                .with("limit", limit)
                .with("cluster_running", sum(nodes, Node::running))
                .with("cluster_limit", sum(nodes, Node::limit))
                .with("live_nodes", nodes.size())
                .with(facts -> list(facts.putArray("nodes"), nodes));
    }

    private static void list(ArrayNode array, List<Node> nodes) {
        nodes.stream()
                .limit(MOST_NODES)
                .forEach(node -> array.addObject()
                        .put("node", node.name())
                        .put("running", node.running())
                        .put("limit", node.limit())
                        .put("offers_action", node.offers()));
    }

    private static int sum(List<Node> nodes, ToIntFunction<Node> number) {
        return nodes.stream().mapToInt(number).sum();
    }
}
