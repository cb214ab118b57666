package escapement.metricslog;

import escapement.db.Database;
import escapement.follow.JournalStore.Position;
import escapement.task.AttemptOutcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** SQL: reads what the log says of attempts, by the journal's order and by the day. Thread-safe. */
public final class LineStore {
    private static final int JOURNAL_ROWS = 500;
    private static final int ATTEMPTS = 5000;
    private static final int PAGE = 2000;
    private static final Duration SLICE = Duration.ofMinutes(5);

    // many journal rows are read at once, but never more attempts than fit into memory with ease
    private static final String STRETCH_END = """
            select xid::text, seq
              from (select xid, seq, row_number() over o as row_no, sum(case when attempts is null then 0 else n end) over o as attempts
                      from (select j.xid, j.seq, j.n, j.attempts from escapement.journal j
                             where (j.xid, j.seq) > (?::xid8, ?) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
                             order by j.xid, j.seq
                             limit %d) next_rows
                    window o as (order by xid, seq)) counted
             where row_no = 1 or attempts <= %d
             order by counted.xid desc, counted.seq desc
             limit 1
            """.formatted(JOURNAL_ROWS, ATTEMPTS);

    // the names behind the last three numbers are looked up here: joined, each cost as much as the attempt itself
    private static final String COLUMNS = """
            a.task_id, a.attempt, t.description, a.outcome::text, t.priority::text, a.risk_level::text, a.confidence_score, a.error,
            t.created_at, a.ready_at, a.started_at, a.ended_at, coalesce(t.workflow_id, t.id::text), a.action, a.queue, a.node
            """;
    /*
     * Attempts and tasks are each looked up in a step of its own: joined to a stretch, whose size no planner can know, all of
     * them were read for each. The ranges keep other months' partitions out. Ordered by one number, for three keys of so wide
     * rows took a third of the statement's time.
     */
    private static final String STRETCH = """
            with stretch as materialized (
                select row_number() over (order by j.xid, j.seq) as no, j.task_ids, j.attempts from escapement.journal j
                 where (j.xid, j.seq) > (?::xid8, ?) and (j.xid, j.seq) <= (?::xid8, ?) and j.attempts is not null
            ), keys as materialized (
                select (s.no << 32) + k.place as place, k.task_id, k.attempt
                  from stretch s cross join lateral unnest(s.task_ids, s.attempts) with ordinality as k (task_id, attempt, place)
            ), attempts as materialized (
                select task_id, attempt, outcome, risk_level, confidence_score, error, ready_at, started_at, ended_at, action, queue, node
                  from escapement.attempt
                 where task_id = any(array(select task_id from keys))
                   and task_id >= (select min(task_id) from keys) and task_id <= (select max(task_id) from keys)
            ), tasks as materialized (
                select id, description, priority, created_at, workflow_id from escapement.task
                 where id = any(array(select task_id from keys))
                   and id >= (select min(task_id) from keys) and id <= (select max(task_id) from keys)
            )
            select %s
              from keys k
              join attempts a on a.task_id = k.task_id and a.attempt = k.attempt
              join tasks t on t.id = k.task_id
             order by k.place
            """.formatted(COLUMNS);
    private static final String SLICE_PAGE = """
            select %s
              from (select * from escapement.attempt a
                     where a.ended_at >= ? and a.ended_at < ? and (a.ended_at, a.task_id, a.attempt) > (?, ?, ?)
                     order by a.ended_at, a.task_id, a.attempt
                     limit %d) a
             cross join lateral (select * from escapement.task t where t.id = a.task_id offset 0) t
             order by a.ended_at, a.task_id, a.attempt
            """.formatted(COLUMNS, PAGE);

    private final Database database;
    private final KnownNames actions = new KnownNames("action", "id");
    private final KnownNames queues = new KnownNames("queue", "id");
    private final KnownNames nodes = new KnownNames("node", "incarnation");

    public LineStore(Database database) {
        this.database = database;
    }

    /** The name of a day's file. */
    public static String fileName(LocalDate day) {
        return LogFolder.name(day);
    }

    /** Where the next stretch to be written ends; empty when nothing can be read beyond {@code position} yet. */
    Optional<Position> stretchEnd(Position position) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STRETCH_END)) {
                statement.setString(1, position.xid());
                statement.setLong(2, position.seq());
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Position(row.getString(1), row.getLong(2)))
                            : Optional.<Position>empty();
                }
            }
        });
    }

    /** The attempts that ended after one position and up to another, as they were committed. */
    List<AttemptLine> stretch(Position after, Position upTo) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(STRETCH)) {
                statement.setString(1, after.xid());
                statement.setLong(2, after.seq());
                statement.setString(3, upTo.xid());
                statement.setLong(4, upTo.seq());
                return lines(statement);
            }
        });
    }

    /**
     * The attempts that ended on a day (UTC), as they ended. Read page by page while they are used, so that a slow reader
     * holds neither a transaction nor the rows.
     */
    public void ofDay(LocalDate day, Taker taker) throws java.io.IOException {
        Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant from = day.atStartOfDay(ZoneOffset.UTC).toInstant();
        for (; from.isBefore(end); from = from.plus(SLICE)) {
            ofSlice(from, from.plus(SLICE), taker);
        }
    }

    private void ofSlice(Instant from, Instant to, Taker taker) throws java.io.IOException {
        Instant at = from;
        long taskId = Long.MIN_VALUE;
        int attempt = 0;
        List<AttemptLine> page;
        do {
            page = page(at, to, taskId, attempt);
            for (AttemptLine line : page) {
                taker.take(line);
                at = line.endedAt();
                taskId = line.taskId();
                attempt = line.attempt();
            }
        } while (page.size() == PAGE);
    }

    private List<AttemptLine> page(Instant at, Instant to, long taskId, int attempt) {
        return database.statement((Connection connection) -> {
            try (PreparedStatement statement = connection.prepareStatement(SLICE_PAGE)) {
                statement.setObject(1, at.atOffset(ZoneOffset.UTC));
                statement.setObject(2, to.atOffset(ZoneOffset.UTC));
                statement.setObject(3, at.atOffset(ZoneOffset.UTC));
                statement.setLong(4, taskId);
                statement.setInt(5, attempt);
                return lines(statement);
            }
        });
    }

    private List<AttemptLine> lines(PreparedStatement statement) throws SQLException {
        Connection connection = statement.getConnection();
        List<AttemptLine> lines = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                lines.add(line(connection, row));
            }
        }
        return lines;
    }

    private AttemptLine line(Connection connection, ResultSet row) throws SQLException {
        return new AttemptLine(
                row.getLong(1),
                row.getInt(2),
                row.getString(3),
                AttemptOutcome.valueOf(row.getString(4)),
                row.getString(5),
                row.getString(6),
                row.getBigDecimal(7),
                row.getString(8),
                time(row, 9),
                time(row, 10),
                time(row, 11),
                time(row, 12),
                actions.of(connection, row.getInt(14)),
                queues.of(connection, row.getInt(15)),
                row.getString(13),
                nodes.of(connection, row.getInt(16)));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Does something with a line. */
    @FunctionalInterface
    public interface Taker {
        void take(AttemptLine line) throws java.io.IOException;
    }
}
