package escapement.node;

import escapement.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.Record;

/** SQL: reads the nodes that live, and those that were there lately. Thread-safe. */
public final class NodeListStore {
    private static final String LIST = """
            select r.incarnation, r.name, r.version, r.alive, r.running, r.max_concurrent, r.started_at, r.lease_until,
                   r.stopped_at, n.clock_ahead_ms, coalesce(r.actions, '{}') as actions
              from report.nodes r join escapement.node n using (incarnation)
             where r.lease_until > now() - interval '1 hour'
             order by r.alive desc, r.name, r.incarnation desc limit ?
            """;
    private static final int MOST = 1000;

    private final Database database;
    private final Duration lease;

    /** @param lease how long one lasts from its last renewal */
    public NodeListStore(Database database, Duration lease) {
        this.database = database;
        this.lease = lease;
    }

    /** Those with a lease first, by name; of the others only those whose lease ended within the last hour. */
    public List<NodeRow> list() {
        return database.jooq().resultQuery(LIST, MOST).fetch(this::node);
    }

    private NodeRow node(Record row) {
        Instant leaseUntil = instant(row, "lease_until");
        OffsetDateTime stoppedAt = row.get("stopped_at", OffsetDateTime.class);
        Instant startedAt = instant(row, "started_at");
        Instant renewedAt = leaseUntil.minus(lease);
        return new NodeRow(
                row.get("incarnation", Integer.class),
                row.get("name", String.class),
                row.get("version", String.class),
                row.get("alive", Boolean.class),
                row.get("running", Long.class),
                row.get("max_concurrent", Integer.class),
                startedAt,
                // a lease that was ended early, by its node or for it, does not tell its last renewal
                stoppedAt != null ? stoppedAt.toInstant() : renewedAt.isBefore(startedAt) ? startedAt : renewedAt,
                leaseUntil,
                stoppedAt == null ? null : stoppedAt.toInstant(),
                row.get("clock_ahead_ms", Long.class),
                List.of(row.get("actions", String[].class)));
    }

    private static Instant instant(Record row, String column) {
        return row.get(column, OffsetDateTime.class).toInstant();
    }
}
