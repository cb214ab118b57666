package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.follow.ThroughputStore;
import escapement.follow.ThroughputStore.Throughput;
import escapement.json.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Set;

/** What came in and what ended in the last minutes, for curves. */
public final class ThroughputRoutes implements Routes {
    private static final int MINUTES = 60;
    private static final int MOST_MINUTES = 1440;

    private final ThroughputStore throughput;

    public ThroughputRoutes(ThroughputStore throughput) {
        this.throughput = throughput;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/throughput", this::show, Needs.VIEWER);
    }

    private void show(Context ctx) {
        Query query = new Query(ctx, Set.of("minutes"));
        int minutes = query.integer("minutes", 1, MOST_MINUTES, MINUTES);
        query.check();
        Throughput found = throughput.last(minutes);
        ObjectNode answer = Json.nodes()
                .objectNode()
                .put("from", found.firstMinute().toString())
                .put("to", found.thisMinute().toString());
        ArrayNode items = answer.putArray("items");
        for (Throughput.Minute minute : found.minutes()) {
            items.addObject()
                    .put("minute", minute.minute().toString())
                    .put("queue", minute.queue())
                    .put("submitted", minute.submitted())
                    .put("succeeded", minute.succeeded())
                    .put("failed", minute.failed())
                    .put("other", minute.other());
        }
        answer.putNull("next");
        TaskRoutes.answer(ctx, answer);
    }
}
