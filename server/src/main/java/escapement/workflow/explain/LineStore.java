package escapement.workflow.explain;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: where a ready task stands in line, and who could run it, or one that waits for its action to be offered. */
final class LineStore {
    private static final String PLACE = """
            select l.queue, q.name, l.action, a.name, l.claim_order, l.ready_at
              from escapement.live l
              join escapement.queue q on q.id = l.queue
              join escapement.action a on a.id = l.action
             where l.id = ? and (l.status = 'PENDING' or l.status = 'BLOCKED' and l.reason is not null)
            """;

    // backwards from the task: at the head of a busy queue lie the dead entries of all that was claimed of late
    static final String BEFORE = """
            select count(*)
              from (select from escapement.live
                     where status = 'PENDING' and queue = ? and (claim_order, id) < (?, ?)
                     order by claim_order desc, id desc
                     limit ?) before
            """;
    private static final String NODES = """
            select n.name, n.max_concurrent, ?::smallint = any(n.actions), coalesce(r.running, 0)
              from escapement.node n
              left join (select node, count(*) as running from escapement.live where status = 'IN_PROGRESS' group by node) r
                on r.node = n.incarnation
             where n.lease_until > now()
             order by n.name
            """;
    private static final String LAST_OFFERED = """
            select name
              from escapement.node
             where ?::smallint = any(actions) and lease_until <= now()
             order by lease_until desc
             limit ?
            """;

    Optional<Place> place(DSLContext tx, long id) {
        return tx.resultQuery(PLACE, id).fetchOptional().map(row -> {
            OffsetDateTime readyAt = row.get(5, OffsetDateTime.class);
            return new Place(
                    row.get(0, Short.class),
                    row.get(1, String.class),
                    row.get(2, Short.class),
                    row.get(3, String.class),
                    row.get(4, Long.class),
                    readyAt == null ? null : readyAt.toInstant());
        });
    }

    /** How many are claimed before it, of its queue; at most {@code limit} are counted. */
    int before(DSLContext tx, Place place, long id, int limit) {
        return tx.resultQuery(BEFORE, place.queueId(), place.claimOrder(), id, limit)
                .fetchSingle()
                .get(0, Integer.class);
    }

    /** The nodes that live. */
    List<Node> nodes(DSLContext tx, short action) {
        return tx.resultQuery(NODES, action)
                .fetch(row -> new Node(
                        row.get(0, String.class),
                        row.get(1, Integer.class),
                        row.get(2, Boolean.class),
                        row.get(3, Integer.class)));
    }

    /** The nodes that offered an action last and are gone, latest first. */
    List<String> lastOffered(DSLContext tx, short action, int limit) {
        return tx.resultQuery(LAST_OFFERED, action, limit).fetch(row -> row.get(0, String.class));
    }

    record Place(
            short queueId,
            String queue,
            short actionId,
            String action,
            long claimOrder,
            @Nullable Instant readyAt) {}

    /** @param running what it has claimed, what waits in its own short line included */
    record Node(String name, int limit, boolean offers, int running) {}
}
