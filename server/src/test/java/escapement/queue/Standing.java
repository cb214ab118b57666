package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.queue.ReferenceModel.Task;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/** Where the tasks of one try stand in the database, under the names that {@link ReferenceModel} gives them. */
final class Standing {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String TASKS = """
            select t.id, t.parent_id, t.description, t.status::text, t.attempt_count, t.reason,
                   (select count(*) from escapement.attempt a where a.task_id = t.id),
                   exists (select from escapement.live l where l.id = t.id and l.cancel_reason is not null)
              from report.tasks t
             where t.workflow_id = any(?)
             order by t.id
            """;

    private final TestDatabase database;
    private final Verdicts verdicts;
    private final List<String> workflows;
    private final Map<String, Long> ids = new HashMap<>();

    Standing(TestDatabase database, Verdicts verdicts, List<String> workflows) {
        this.database = database;
        this.verdicts = verdicts;
        this.workflows = workflows;
    }

    boolean knows(Task task) {
        return ids.containsKey(task.name);
    }

    long id(Task task) {
        return Objects.requireNonNull(ids.get(task.name), task.name);
    }

    /** Waits until nothing moves any more, then compares. */
    void awaitSame(ReferenceModel model, List<String> said) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Map<String, Row> rows = rows();
        while (!rows.values().stream().allMatch(this::isAtRest) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            rows = rows();
        }
        Map<String, String> standing = new TreeMap<>();
        rows.forEach((name, row) -> standing.put(name, row.status + " after " + row.attemptCount + " attempts"));
        String story = String.join("\n", said);
        assertThat(standing).as("%s%n", story).isEqualTo(new TreeMap<>(model.standing()));
        assertThat(rows.values()).as("%s%n", story).allMatch(this::isAtRest);
        rows.forEach((name, row) -> row.check(name));
        rows.forEach((name, row) -> ids.put(name, row.id));
    }

    private boolean isAtRest(Row row) {
        return switch (row.status) {
            case "PENDING", "SCHEDULED" -> false;
            case "IN_PROGRESS" -> !row.beingCancelled && verdicts.isHeld(row.id, row.attemptCount);
            default -> true;
        };
    }

    private Map<String, Row> rows() {
        Map<String, Row> byName = new TreeMap<>();
        Map<Long, String> names = new HashMap<>();
        for (Row row : read()) {
            String name = row.parent == 0 || row.description.equals("keyed")
                    ? row.description
                    : nameOfChild(names.get(row.parent), row.description, byName);
            names.put(row.id, name);
            byName.put(name, row);
        }
        return byName;
    }

    /** In the order of ids, in which they were made. */
    private static String nameOfChild(String parent, String label, Map<String, Row> known) {
        int n = 1;
        while (known.containsKey(parent + "/" + label + "#" + n)) {
            n++;
        }
        return parent + "/" + label + "#" + n;
    }

    private List<Row> read() {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(TASKS)) {
            statement.setArray(1, connection.createArrayOf("text", workflows.toArray()));
            List<Row> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new Row(
                            row.getLong(1),
                            row.getLong(2),
                            row.getString(3),
                            row.getString(4),
                            row.getInt(5),
                            Objects.requireNonNullElse(row.getString(6), ""),
                            row.getInt(7),
                            row.getBoolean(8)));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Row(
            long id,
            long parent,
            String description,
            String status,
            int attemptCount,
            String reason,
            int attemptRows,
            boolean beingCancelled) {

        /** What a person is told about it. */
        void check(String name) {
            int finished = status.equals("IN_PROGRESS") ? attemptCount - 1 : attemptCount;
            assertThat(attemptRows).as("recorded attempts of %s", name).isEqualTo(finished);
            switch (status) {
                case "BLOCKED" -> assertThat(reason).as(name).matches("waits for (task \\d+.*|its branch to be taken)");
                case "SKIPPED" -> assertThat(reason).as(name).matches("task \\d+ is [A-Z]+|no branch took it");
                default -> {}
            }
        }
    }
}
