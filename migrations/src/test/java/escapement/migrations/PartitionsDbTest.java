package escapement.migrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class PartitionsDbTest {
    private static final YearMonth LATER = YearMonth.of(2031, 5);

    @Test
    void a_month_with_rows_in_the_default_partition_stays_there_and_holds_up_no_other(@TempDir Path folder)
            throws SQLException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.throwAway(folder))) {
            Migrations.migrate(postgres.url(), postgres.user(), postgres.password());
            try (Connection connection =
                            DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "insert into escapement.ended (id, completed_at, attempt_count, status) values (%d, now(), 1, 'FAILED')"
                                .formatted(Partitions.firstId(LATER)));

                Partitions.ensure(connection, LATER);

                assertThat(partitionsOf(statement, "ended"))
                        .contains("ended_203106", "ended_203107")
                        .doesNotContain("ended_203105");
                assertThat(partitionsOf(statement, "task")).contains("task_203105", "task_203106", "task_203107");
            }
        }
    }

    private static List<String> partitionsOf(Statement statement, String table) throws SQLException {
        List<String> partitions = new ArrayList<>();
        try (ResultSet row = statement.executeQuery(
                "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'escapement.%s'::regclass"
                        .formatted(table))) {
            while (row.next()) {
                partitions.add(row.getString(1));
            }
        }
        return partitions;
    }
}
