package escapement.watchdog;

import escapement.calibration.RemovalStore;
import escapement.db.Database;
import escapement.migrations.Partitions;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.List;
import java.util.LongSummaryStatistics;
import org.jspecify.annotations.Nullable;

/** SQL: finds and removes what is older than it is kept. Thread-safe. */
final class RetentionStore {
    private static final int PIECE = 5000;

    /** From when on tasks stay, by status; null: whatever their age, for nothing is before null. */
    private static final String KEEP = """
            keep (completed, failed, skipped, cancelled) as materialized (
                values (now() - ?::integer * interval '1 day', now() - ?::integer * interval '1 day',
                        now() - ?::integer * interval '1 day', now() - ?::integer * interval '1 day')
            )""";

    private static final String IS_OLD = """
            coalesce(e.completed_at < case e.status when 'COMPLETED' then k.completed when 'FAILED' then k.failed
                                                    when 'SKIPPED' then k.skipped else k.cancelled end, false)""";

    /*
     * A workflow goes as a whole: its tasks refer to each other, and whoever retries one of them needs the results of others.
     * The task that gave it its name by its id has no workflow_id itself. And what something open depends on stays, wherever
     * that belongs to.
     */
    private static final String FIND = """
            with %1$s, old as materialized (
                select e.id from keep k cross join escapement.ended e
                 where e.id > ? and e.id < ? and %2$s
                 order by e.id limit ?
            ), flow as materialized (
                select distinct coalesce(t.workflow_id, t.id::text) as name,
                       case when coalesce(t.workflow_id, t.id::text) ~ '^[0-9]{1,18}$' then coalesce(t.workflow_id, t.id::text)::bigint end as first
                  from old o join escapement.task t on t.id = o.id
            ), member as materialized (
                select f.name, t.id from flow f join escapement.task t on t.workflow_id = f.name
                union
                select f.name, t.id from flow f join escapement.task t on t.id = f.first and t.workflow_id is null
            ), needed as (
                select m.name from member m
                  left join escapement.ended e on e.id = m.id
                 cross join keep k
                 where e.id is null or not %2$s
                    or exists (select from escapement.dependency d join escapement.live l on l.id = d.downstream where d.upstream = m.id)
                    or exists (select from escapement.branch_target b join escapement.live l on l.id = b.target where b.source = m.id)
                    or exists (select from escapement.release r where r.upstream = m.id)
            )
            select (select max(id) from old), (select count(*) from old),
                   array(select m.id from member m where m.name not in (select name from needed) order by m.id)
            """.formatted(KEEP, IS_OLD);

    // whoever retries one of them meanwhile has taken its row, and then it stays
    private static final String LOCK = """
            select count(*) from (select id from escapement.ended where id between ? and ? and id = any(?) order by id for update) locked
            """;

    private static final String COUNT = """
            insert into escapement.removed as r (queue, status, tasks, attempts)
            select t.queue, e.status, count(*), sum((select count(*) from escapement.attempt a where a.task_id = e.id))
              from escapement.ended e join escapement.task t on t.id = e.id
             where e.id between ? and ? and e.id = any(?)
             group by t.queue, e.status order by t.queue, e.status
                on conflict (queue, status) do update set tasks = r.tasks + excluded.tasks, attempts = r.attempts + excluded.attempts
            """;

    /** All that belongs to a task, itself last; what people said and did is kept. */
    private static final List<String> REMOVE = List.of(
            "delete from escapement.attempt_log where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.attempt_progress where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.attempt where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.gate_decision where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.event where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.moment where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.branch_result where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.branch_target where source between ? and ? and source = any(?)",
            "delete from escapement.branch_target where target between ? and ? and target = any(?)",
            "delete from escapement.dependency where upstream between ? and ? and upstream = any(?)",
            "delete from escapement.dependency where downstream between ? and ? and downstream = any(?)",
            "delete from escapement.idempotency where task_id between ? and ? and task_id = any(?)",
            "delete from escapement.ended where id between ? and ? and id = any(?)",
            "delete from escapement.task where id between ? and ? and id = any(?)");

    private static final String FOLLOWED = """
            select not exists (select from escapement.follower f
                                cross join lateral (select j.at from escapement.journal j where (j.xid, j.seq) > (f.xid, f.seq)
                                                     order by j.xid, j.seq limit 1) first
                                where f.name in ('roll-up', 'calibration') and first.at < now() - interval '1 hour')
            """;

    /** Whether something of a month has to stay: %1$s is its suffix, %2$d its first id, %3$d the next month's. */
    private static final String STAYS = """
            with %4$s
            select exists (select from escapement.live where id >= %2$d and id < %3$d)
                or exists (select from keep k cross join escapement.ended_%1$s e where not %5$s)
                or exists (select from escapement.dependency_%1$s d join escapement.live l on l.id = d.downstream)
                or exists (select from escapement.branch_target b join escapement.live l on l.id = b.target where b.source >= %2$d and b.source < %3$d)
                or exists (select from escapement.release where upstream >= %2$d and upstream < %3$d)
                -- a workflow that goes beyond the month goes by itself
                or exists (select from (select distinct workflow_id from escapement.task_%1$s where workflow_id is not null) w
                             join escapement.task t on t.workflow_id = w.workflow_id where t.id < %2$d or t.id >= %3$d)
                or exists (select from escapement.task_%1$s c join escapement.task p on p.id = c.parent_id where p.id < %2$d)
                or exists (select from escapement.branch_result r where r.task_id >= %2$d and r.task_id < %3$d and r.task_to >= %3$d)
            """;
    /** What of a month lies in tables that are not by month. */
    private static final List<String> BESIDE = List.of(
            "delete from escapement.idempotency where key in (select key from escapement.idempotency where task_id >= ? and task_id < ? limit %d)",
            "delete from escapement.event where id in (select id from escapement.event where task_id >= ? and task_id < ? limit %d)",
            "delete from escapement.moment where (task_id, kind, upstream) in (select task_id, kind, upstream from escapement.moment where task_id >= ? and task_id < ? limit %d)",
            "delete from escapement.branch_result where (task_id, ending, position) in (select task_id, ending, position from escapement.branch_result where task_id >= ? and task_id < ? limit %d)",
            "delete from escapement.branch_target where (source, target) in (select source, target from escapement.branch_target where source >= ? and source < ? limit %d)",
            "delete from escapement.branch_target where (source, target) in (select source, target from escapement.branch_target where target >= ? and target < ? limit %d)",
            "delete from escapement.dependency where (upstream, downstream) in (select upstream, downstream from escapement.dependency where downstream >= ? and downstream < ? limit %d)");

    private static final String COUNT_MONTH = """
            insert into escapement.removed as r (queue, status, tasks, attempts)
            select t.queue, e.status, count(*), coalesce(sum(a.n), 0)
              from escapement.ended_%1$s e join escapement.task_%1$s t on t.id = e.id
              left join (select task_id, count(*) as n from escapement.attempt_%1$s group by task_id) a on a.task_id = e.id
             group by t.queue, e.status order by t.queue, e.status
                on conflict (queue, status) do update set tasks = r.tasks + excluded.tasks, attempts = r.attempts + excluded.attempts
            returning 1
            """;

    private final Database database;

    RetentionStore(Database database) {
        this.database = database;
    }

    /** Whether the counts know of all that ended more than an hour ago: what goes before that would never be counted. */
    boolean isFollowed() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FOLLOWED);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        });
    }

    /** Looks at the next {@code limit} old tasks after {@code after}, of the days up to the shortest age, and removes what may go. */
    Removed removeSome(Keep keep, long after, int limit) {
        return database.inTransaction(
                tx -> tx.connectionResult(connection -> removeSome(connection, keep, after, limit)));
    }

    private static Removed removeSome(Connection connection, Keep keep, long after, int limit) throws SQLException {
        Long[] ids;
        long last;
        boolean more;
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            int next = bind(find, keep);
            find.setLong(next++, after);
            find.setLong(next++, firstYoungId(connection, keep));
            find.setInt(next, limit);
            try (ResultSet row = find.executeQuery()) {
                row.next();
                last = row.getLong(1);
                more = row.getInt(2) == limit;
                ids = (Long[]) row.getArray(3).getArray();
            }
        }
        return new Removed(last, more, remove(connection, ids));
    }

    private static int remove(Connection connection, Long[] ids) throws SQLException {
        if (ids.length == 0 || !lock(connection, ids)) {
            return 0;
        }
        change(connection, COUNT, ids);
        LongSummaryStatistics range =
                Arrays.stream(ids).mapToLong(Long::longValue).summaryStatistics();
        RemovalStore.keepOutcomes(connection, range.getMin(), range.getMax(), connection.createArrayOf("bigint", ids));
        for (String statement : REMOVE) {
            change(connection, statement, ids);
        }
        return ids.length;
    }

    private static boolean lock(Connection connection, Long[] ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
            bind(statement, connection, ids);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1) == ids.length;
            }
        }
    }

    private static void change(Connection connection, String sql, Long[] ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, connection, ids);
            statement.executeUpdate();
        }
    }

    // the range tells the planner which months it is about; the array alone would have it look at every one
    private static void bind(PreparedStatement statement, Connection connection, Long[] ids) throws SQLException {
        LongSummaryStatistics range =
                Arrays.stream(ids).mapToLong(Long::longValue).summaryStatistics();
        Array array = connection.createArrayOf("bigint", ids);
        statement.setLong(1, range.getMin());
        statement.setLong(2, range.getMax());
        statement.setArray(3, array);
    }

    private static int bind(PreparedStatement statement, Keep keep) throws SQLException {
        int next = 1;
        for (@Nullable
        Integer days : Arrays.asList(keep.completed(), keep.failed(), keep.skipped(), keep.cancelled())) {
            statement.setObject(next++, days, Types.INTEGER);
        }
        return next;
    }

    /** No task from this id on can be old enough: none ends before it is submitted, and its id tells that day. */
    private static long firstYoungId(Connection connection, Keep keep) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select ((now() at time zone 'UTC')::date - ? + 1 - date '2026-01-01')::bigint << 40")) {
            statement.setInt(1, keep.shortest().orElseThrow());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Months that have partitions and in which no task can be younger than the shortest age; oldest first. */
    List<YearMonth> oldMonths(Keep keep) {
        return database.statement(connection -> {
            long young = firstYoungId(connection, keep);
            return Partitions.months(connection).stream()
                    .filter(month -> Partitions.firstId(month.plusMonths(1)) <= young)
                    .toList();
        });
    }

    /** Drops a month in which everything is older than it is kept. @return false when something of it has to stay */
    boolean dropMonth(Keep keep, YearMonth month) {
        if (database.statement(connection -> stays(connection, keep, month))) {
            return false;
        }
        removeBeside(month);
        return database.inTransaction(tx -> tx.connectionResult(connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set local lock_timeout = '2s'");
                statement.execute("set local statement_timeout = '10min'");
                // from here on nobody retries a task of it
                statement.execute("lock table escapement.ended_%s in share row exclusive mode"
                        .formatted(Partitions.suffix(month)));
                if (stays(connection, keep, month)) {
                    return false;
                }
                statement.execute(COUNT_MONTH.formatted(Partitions.suffix(month)));
                RemovalStore.keepOutcomes(
                        connection, Partitions.firstId(month), Partitions.firstId(month.plusMonths(1)));
                Partitions.drop(connection, month);
                return true;
            }
        }));
    }

    private static boolean stays(Connection connection, Keep keep, YearMonth month) throws SQLException {
        String question = STAYS.formatted(
                Partitions.suffix(month),
                Partitions.firstId(month),
                Partitions.firstId(month.plusMonths(1)),
                KEEP,
                IS_OLD);
        try (PreparedStatement statement = connection.prepareStatement(question)) {
            bind(statement, keep);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private void removeBeside(YearMonth month) {
        for (String sql : BESIDE) {
            int some;
            do {
                some = database.statement(connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(sql.formatted(PIECE))) {
                        statement.setLong(1, Partitions.firstId(month));
                        statement.setLong(2, Partitions.firstId(month.plusMonths(1)));
                        return statement.executeUpdate();
                    }
                });
            } while (some == PIECE);
        }
    }

    /**
     * @param last the last old task that was looked at
     * @param more whether there may be others after it
     */
    record Removed(long last, boolean more, int tasks) {}
}
