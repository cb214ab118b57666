package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.follow.CountStore;
import escapement.follow.Counts;
import escapement.json.Json;
import escapement.task.ListStore;
import escapement.task.ListStore.Count;
import escapement.task.ListStore.Page;
import escapement.task.TaskFilter;
import escapement.task.TaskStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** List the tasks of a filter, and count them by status. */
public final class TaskListRoutes implements Routes {
    private static final Set<String> LIST_PARAMETERS = Stream.concat(
                    TaskFilterQuery.PARAMETERS.stream(), Stream.of("limit", "cursor"))
            .collect(Collectors.toUnmodifiableSet());

    private final ListStore tasks;
    private final CountStore counts;

    public TaskListRoutes(ListStore tasks, CountStore counts) {
        this.tasks = tasks;
        this.counts = counts;
    }

    /** Before routes of one task, for an id may be any word. */
    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/tasks", this::list, Needs.VIEWER);
        routes.get("/api/v1/tasks/counts", this::count, Needs.VIEWER);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, LIST_PARAMETERS);
        TaskFilter filter = TaskFilterQuery.read(query);
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        long before = TaskRoutes.cursor(query);
        query.check();

        Page page = tasks.page(filter, before, limit);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        page.tasks().forEach(task -> items.add(TaskJson.of(task)));
        answer.put("next", page.next() == null ? null : TaskRoutes.cursorAfter(page.next()));
        TaskRoutes.answer(ctx, answer);
    }

    private void count(Context ctx) {
        Query query = new Query(ctx, TaskFilterQuery.PARAMETERS);
        TaskFilter filter = TaskFilterQuery.read(query);
        query.check();

        Map<TaskStatus, Count> found = filter.isOfQueueAlone() ? exact(filter) : tasks.counts(filter);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        found.forEach((status, count) -> items.addObject()
                .put("status", status.name())
                .put("tasks", count.tasks())
                .put("more", count.more()));
        TaskRoutes.answer(ctx, answer.putNull("next"));
    }

    private Map<TaskStatus, Count> exact(TaskFilter filter) {
        Counts all = counts.counts();
        Map<TaskStatus, Long> found = filter.queue() == null ? all.byStatus() : all.byStatus(filter.queue());
        Map<TaskStatus, Count> exact = new EnumMap<>(TaskStatus.class);
        found.forEach((status, n) -> exact.put(status, new Count(n, false)));
        return exact;
    }
}
