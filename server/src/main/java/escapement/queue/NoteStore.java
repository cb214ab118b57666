package escapement.queue;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL: log lines and progress of attempts, in cold tables. */
final class NoteStore {
    private static final String ADD_LINES = """
            insert into escapement.attempt_log (task_id, attempt, line_no, at, line)
            select task_id, attempt, line_no, now() - ago_us * interval '1 us', line
              from unnest(?, ?, ?, ?, ?) as u (task_id, attempt, line_no, ago_us, line)
                on conflict do nothing
            """;
    private static final String SET_PROGRESS = """
            insert into escapement.attempt_progress as p (task_id, attempt, fraction, message, at)
            select task_id, attempt, fraction, message, now()
              from unnest(?, ?, ?::real[], ?) as u (task_id, attempt, fraction, message)
                on conflict (task_id) do update
               set attempt = excluded.attempt, fraction = excluded.fraction, message = excluded.message, at = excluded.at
             where p.attempt <= excluded.attempt
            """;

    private final Database database;

    NoteStore(Database database) {
        this.database = database;
    }

    void addLines(List<Line> lines) {
        long now = System.nanoTime();
        database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ADD_LINES)) {
                new Columns<>(statement, lines)
                        .bigint(Line::taskId)
                        .integer(Line::attempt)
                        .integer(Line::number)
                        .bigint(line -> (now - line.nanoTime()) / 1000)
                        .text(Line::text);
                return statement.executeUpdate();
            }
        });
    }

    void setProgress(List<Progress> progress) {
        database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SET_PROGRESS)) {
                new Columns<>(statement, progress)
                        .bigint(Progress::taskId)
                        .integer(Progress::attempt)
                        .castFromText(Progress::fraction)
                        .text(Progress::message);
                return statement.executeUpdate();
            }
        });
    }

    record Line(long taskId, int attempt, int number, long nanoTime, String text) {}

    record Progress(
            long taskId,
            int attempt,
            double fraction,
            @Nullable String message) {}
}
