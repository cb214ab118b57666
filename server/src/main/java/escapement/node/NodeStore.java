package escapement.node;

import static escapement.db.generated.Tables.NODE;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.val;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jooq.Field;
import org.jooq.types.DayToSecond;

/** SQL: the rows of node incarnations, and the tasks of those that are gone. */
final class NodeStore {
    /*
     * What a dead incarnation held goes back to PENDING, with a LOST attempt in its history that uses up none of the task's
     * attempts; what has cost too many nodes is left for the quarantine, unless it is to be cancelled anyway. Limited, so that one rescue stays short; whoever calls repeats it until nothing is left.
     */
    private static final String RESCUE = """
            with dead as materialized (
                select l.id, l.fence, l.attempt, l.node, l.ready_at, l.started_at, l.action, l.queue, l.risk_level, l.confidence_score, l.gate_path, l.gate_version
                  from escapement.live l join escapement.node n on n.incarnation = l.node
                 where l.status = 'IN_PROGRESS' and l.node = any(?) and n.lease_until <= now()
                   and (l.crashes + 1 < ? or l.cancel_reason is not null)
                 order by l.id limit 1000
                   for update of l skip locked
            ), rescued as (
                update escapement.live l
                   set status = 'PENDING', fence = l.fence + 1, uncounted = l.uncounted + 1, crashes = l.crashes + 1, node = null, started_at = null,
                       ready_at = now()
                  from dead
                 where l.id = dead.id
            ), attempted as (
                insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path,
                                                ready_at, started_at, ended_at, confidence_score, policy_version, error)
                select id, attempt, fence, node, action, queue, 'LOST', risk_level, gate_path,
                       ready_at, started_at, now(), confidence_score, gate_version, 'node ' || node || ' stopped without an answer'
                  from dead
            ), told as (
                insert into escapement.journal (node, queue, from_status, to_status, outcome, n, task_ids, attempts)
                select node, queue, 'IN_PROGRESS', 'PENDING', 'LOST', count(*), array_agg(id), array_agg(attempt)
                  from dead group by node, queue
            )
            select count(*) from dead
            """;

    private static final String DEAD = """
            select incarnation, lease_until < now() - interval '1 min' as for_long
              from escapement.node where lease_until <= now() and incarnation <> all(?)
             order by incarnation
            """;

    private static final String HOLDERS = "select distinct node from escapement.live where status = 'IN_PROGRESS'";

    private final Database database;

    NodeStore(Database database) {
        this.database = database;
    }

    /** Adds the row of a new incarnation. @return its number */
    int register(
            String name,
            String version,
            int maxConcurrent,
            Short[] actions,
            Duration lease,
            boolean ownsDataFolder,
            boolean webhook) {
        return database.jooq()
                .insertInto(NODE)
                .set(NODE.NAME, name)
                .set(NODE.VERSION, version)
                .set(NODE.MAX_CONCURRENT, maxConcurrent)
                .set(NODE.ACTIONS, actions)
                .set(NODE.LEASE_UNTIL, fromNow(lease))
                .set(NODE.OWNS_DATA_FOLDER, ownsDataFolder)
                .set(NODE.WEBHOOK, webhook)
                .returning(NODE.INCARNATION)
                .fetchSingle()
                .getIncarnation();
    }

    /** Prolongs the lease. @return false when it had run out already: the tasks may be somebody else's by now */
    boolean renew(int incarnation, Duration lease) {
        return database.jooq()
                        .update(NODE)
                        .set(NODE.LEASE_UNTIL, fromNow(lease))
                        .where(NODE.INCARNATION.eq(incarnation))
                        .and(NODE.LEASE_UNTIL.gt(currentOffsetDateTime()))
                        .execute()
                == 1;
    }

    /** Ends the lease at once. */
    void release(int incarnation) {
        database.jooq()
                .update(NODE)
                .set(NODE.LEASE_UNTIL, currentOffsetDateTime())
                .set(NODE.STOPPED_AT, currentOffsetDateTime())
                .where(NODE.INCARNATION.eq(incarnation))
                .execute();
    }

    /** Ends the leases of all who owned the data folder before: whoever holds its lock now knows that they are dead. */
    int expireFormerOwners(int incarnation) {
        return database.jooq()
                .update(NODE)
                .set(NODE.LEASE_UNTIL, currentOffsetDateTime())
                .where(NODE.OWNS_DATA_FOLDER)
                .and(NODE.INCARNATION.ne(incarnation))
                .and(NODE.LEASE_UNTIL.gt(currentOffsetDateTime()))
                .execute();
    }

    /** Incarnations whose lease has run out, but for these. */
    List<Dead> dead(Collection<Integer> but) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DEAD)) {
                statement.setArray(1, connection.createArrayOf("integer", but.toArray()));
                List<Dead> dead = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        dead.add(new Dead(row.getInt("incarnation"), row.getBoolean("for_long")));
                    }
                }
                return dead;
            }
        });
    }

    /** Who holds a task, alive or dead. */
    Set<Integer> holders() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(HOLDERS);
                    ResultSet row = statement.executeQuery()) {
                Set<Integer> holders = new HashSet<>();
                while (row.next()) {
                    holders.add(row.getInt(1));
                }
                return holders;
            }
        });
    }

    /** Frees up to a thousand tasks of those of {@code nodes} whose lease has run out. @return how many */
    int rescue(List<Integer> nodes) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(RESCUE)) {
                statement.setArray(1, connection.createArrayOf("integer", nodes.toArray()));
                statement.setInt(2, NodeLease.MOST_CRASHES);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }

    private static Field<OffsetDateTime> fromNow(Duration lease) {
        return currentOffsetDateTime().add(val(DayToSecond.valueOf(lease)));
    }

    /**
     * An incarnation whose lease has run out.
     *
     * @param forLong for longer than any claim in its name may take
     */
    record Dead(int incarnation, boolean forLong) {}
}
