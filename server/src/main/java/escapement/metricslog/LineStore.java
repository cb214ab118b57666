package escapement.metricslog;

import escapement.db.Database;
import escapement.follow.JournalStore.Position;
import escapement.task.AttemptOutcome;
import java.math.BigDecimal;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** SQL: reads what the log says of attempts, by the journal's order and by the day. Thread-safe. */
public final class LineStore {
    private static final int JOURNAL_ROWS = 500;
    private static final int MOST_ATTEMPTS = 5000;
    private static final int PAGE = 2000;
    private static final Duration SLICE = Duration.ofMinutes(5);

    // many journal rows are read at once, but never more attempts than fit into memory with ease
    private static final String STRETCH = """
            select xid::text, seq, case when attempts is null then '{}' else task_ids end, coalesce(attempts, '{}')
              from (select xid, seq, task_ids, attempts, row_number() over o as row_no,
                           sum(case when attempts is null then 0 else n end) over o as attempts_so_far
                      from (select j.xid, j.seq, j.n, j.task_ids, j.attempts from escapement.journal j
                             where (j.xid, j.seq) > (?::xid8, ?) and j.xid < pg_snapshot_xmin(pg_current_snapshot())
                             order by j.xid, j.seq
                             limit %d) next_rows
                    window o as (order by xid, seq)) counted
             where row_no = 1 or attempts_so_far <= %d
             order by counted.xid, counted.seq
            """.formatted(JOURNAL_ROWS, MOST_ATTEMPTS);

    // the names behind the last three numbers are looked up here: joined, each cost as much as the attempt itself
    private static final String COLUMNS = """
            task_id, attempt, outcome::text, risk_level::text, confidence_score, error,
            ready_at, started_at, ended_at, action, queue, node
            """;
    /*
     * Attempts and tasks are each looked up by a statement of their own and joined here: PostgreSQL cannot know how many they
     * are, and to spread the keys, find their bounds, join and sort took it three times as long as to find the rows. The
     * bounds keep other months' partitions out, which a list of ids does not.
     */
    private static final String ATTEMPTS =
            "select " + COLUMNS + " from escapement.attempt where task_id = any(?) and task_id >= ? and task_id <= ?";
    private static final String TASKS = """
            select id, description, priority::text, created_at, coalesce(workflow_id, id::text) from escapement.task
             where id = any(?) and id >= ? and id <= ?
            """;
    private static final String SLICE_PAGE = """
            select %s
              from escapement.attempt
             where ended_at >= ? and ended_at < ? and (ended_at, task_id, attempt) > (?, ?, ?)
             order by ended_at, task_id, attempt
             limit %d
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

    /** What the journal says next after {@code position}; empty when nothing can be read beyond it yet. */
    Optional<Stretch> after(Position position) {
        return database.statement(connection -> {
            Position end = null;
            List<Key> keys = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(STRETCH)) {
                statement.setString(1, position.xid());
                statement.setLong(2, position.seq());
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        end = new Position(row.getString(1), row.getLong(2));
                        addKeys(keys, row);
                    }
                }
            }
            return end == null ? Optional.<Stretch>empty() : Optional.of(new Stretch(end, lines(connection, keys)));
        });
    }

    private static void addKeys(List<Key> keys, ResultSet row) throws SQLException {
        Long[] tasks = (Long[]) row.getArray(3).getArray();
        Integer[] attempts = (Integer[]) row.getArray(4).getArray();
        for (int i = 0; i < tasks.length; i++) {
            keys.add(new Key(tasks[i], attempts[i]));
        }
    }

    private List<AttemptLine> lines(Connection connection, List<Key> keys) throws SQLException {
        if (keys.isEmpty()) {
            return List.of();
        }
        Map<Key, AttemptRow> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(ATTEMPTS)) {
            bind(statement, keys.stream().mapToLong(Key::taskId));
            for (AttemptRow attempt : attempts(statement)) {
                found.put(attempt.key(), attempt);
            }
        }
        List<AttemptRow> attempts =
                keys.stream().map(found::get).filter(Objects::nonNull).toList(); // retention may have been faster
        return withTasks(connection, attempts);
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
        Key key = new Key(Long.MIN_VALUE, 0);
        Instant at = from;
        Page page;
        do {
            page = page(at, to, key);
            for (AttemptLine line : page.lines()) {
                taker.take(line);
            }
            if (!page.attempts().isEmpty()) {
                AttemptRow last = page.attempts().getLast();
                at = last.endedAt();
                key = last.key();
            }
        } while (page.attempts().size() == PAGE);
    }

    private Page page(Instant at, Instant to, Key after) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SLICE_PAGE)) {
                statement.setObject(1, at.atOffset(ZoneOffset.UTC));
                statement.setObject(2, to.atOffset(ZoneOffset.UTC));
                statement.setObject(3, at.atOffset(ZoneOffset.UTC));
                statement.setLong(4, after.taskId());
                statement.setInt(5, after.attempt());
                List<AttemptRow> attempts = attempts(statement);
                return new Page(attempts, withTasks(connection, attempts));
            }
        });
    }

    private static List<AttemptRow> attempts(PreparedStatement statement) throws SQLException {
        List<AttemptRow> attempts = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                attempts.add(new AttemptRow(
                        new Key(row.getLong(1), row.getInt(2)),
                        AttemptOutcome.valueOf(row.getString(3)),
                        row.getString(4),
                        row.getBigDecimal(5),
                        row.getString(6),
                        time(row, 7),
                        time(row, 8),
                        time(row, 9),
                        row.getInt(10),
                        row.getInt(11),
                        row.getInt(12)));
            }
        }
        return attempts;
    }

    /** In the same order, without those whose task is gone. */
    private List<AttemptLine> withTasks(Connection connection, List<AttemptRow> attempts) throws SQLException {
        if (attempts.isEmpty()) {
            return List.of();
        }
        Map<Long, TaskRow> tasks = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(TASKS)) {
            bind(statement, attempts.stream().mapToLong(attempt -> attempt.key().taskId()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    tasks.put(
                            row.getLong(1),
                            new TaskRow(row.getString(2), row.getString(3), time(row, 4), row.getString(5)));
                }
            }
        }
        List<AttemptLine> lines = new ArrayList<>();
        for (AttemptRow attempt : attempts) {
            TaskRow task = tasks.get(attempt.key().taskId());
            if (task != null) {
                lines.add(line(connection, attempt, task));
            }
        }
        return lines;
    }

    private static void bind(PreparedStatement statement, LongStream ids) throws SQLException {
        long[] sorted = ids.sorted().distinct().toArray();
        PGConnection arrays = statement.getConnection().unwrap(PGConnection.class);
        statement.setArray(1, arrays.createArrayOf("int8", sorted));
        statement.setLong(2, sorted[0]);
        statement.setLong(3, sorted[sorted.length - 1]);
    }

    private AttemptLine line(Connection connection, AttemptRow attempt, TaskRow task) throws SQLException {
        return new AttemptLine(
                attempt.key().taskId(),
                attempt.key().attempt(),
                task.description(),
                attempt.outcome(),
                task.priority(),
                attempt.riskLevel(),
                attempt.confidence(),
                attempt.error(),
                task.createdAt(),
                attempt.readyAt(),
                attempt.startedAt(),
                attempt.endedAt(),
                actions.of(connection, attempt.action()),
                queues.of(connection, attempt.queue()),
                task.workflowId(),
                nodes.of(connection, attempt.node()));
    }

    private static Instant time(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Does something with a line. */
    @FunctionalInterface
    public interface Taker {
        void take(AttemptLine line) throws java.io.IOException;
    }

    /**
     * A part of the journal.
     *
     * @param lines of the attempts that ended in it, as they were committed
     */
    record Stretch(Position end, List<AttemptLine> lines) {}

    /** @param lines without those that retention has removed since */
    private record Page(List<AttemptRow> attempts, List<AttemptLine> lines) {}

    private record Key(long taskId, int attempt) {}

    private record AttemptRow(
            Key key,
            AttemptOutcome outcome,
            String riskLevel,
            @Nullable BigDecimal confidence,
            @Nullable String error,
            Instant readyAt,
            Instant startedAt,
            Instant endedAt,
            int action,
            int queue,
            int node) {}

    private record TaskRow(@Nullable String description, String priority, Instant createdAt, String workflowId) {}
}
