package escapement.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class MigrationsDbTest {
    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start(@TempDir Path folder) {
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.throwAway(folder));
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void dropSchemas() throws SQLException {
        execute("drop schema if exists report, escapement, quartz cascade");
    }

    @Test
    void an_empty_database_is_refused_until_it_is_migrated() throws SQLException {
        assertThat(check().version()).isZero();
        assertThat(check().refusal()).isPresent();

        migrate();

        assertThat(check().version()).isEqualTo(Migrations.VERSION);
        assertThat(check().refusal()).isEmpty();
    }

    @Test
    void migrating_again_runs_nothing_again() throws SQLException {
        migrate();
        String changes =
                query("select string_agg(id || orderexecuted || dateexecuted, ',') from escapement.databasechangelog");

        migrate();

        assertThat(
                        query(
                                "select string_agg(id || orderexecuted || dateexecuted, ',') from escapement.databasechangelog"))
                .isEqualTo(changes);
    }

    @Test
    void files_that_are_not_those_that_have_run_are_looked_at() throws SQLException {
        migrate();
        execute("comment on table escapement.databasechangelog is 'others'");
        execute("update escapement.databasechangelog set md5sum = '9:0' where id = 'report-views'");
        execute("drop view report.tasks cascade");

        migrate();

        assertThat(query("select to_regclass('report.tasks') is not null")).isEqualTo("t");
    }

    @Test
    void holds_of_queues_stand_on_when_a_database_in_use_is_migrated_and_its_mode_is_no_longer_for_a_setting()
            throws SQLException {
        migrate();
        execute("delete from escapement.databasechangelog where filename ~ '006-holds|900-views'");
        execute("drop table escapement.hold, escapement.mode cascade"); // with the views that stand on them
        execute("drop type escapement.hold_scope, escapement.start_mode");
        execute("""
                update escapement.queue set held_at = '2026-11-22T15:00Z', held_by = 'Ada', hold_reason = 'moving'
                 where name = 'default'""");
        execute("""
                insert into escapement.node (name, version, max_concurrent, actions, lease_until)
                values ('one', 'old', 1, '{}', now())""");

        migrate();

        assertThat(query("select scope || ' ' || subject || ' ' || held_by || ' ' || reason from escapement.hold"
                        + " where until is null and held_at = '2026-11-22T15:00Z' and not verified"))
                .isEqualTo("QUEUE 1 Ada moving");
        assertThat(query("select mode || ' ' || set_by from escapement.mode")).isEqualTo("LIVE server");
        assertThat(query("select held_by from escapement.queue where name = 'default'"))
                .as("an older node obeys it still")
                .isEqualTo("Ada");
    }

    @Test
    void quartz_finds_its_tables_and_the_rows_it_locks() throws SQLException {
        migrate();

        assertThat(query("select count(*) from pg_tables where schemaname = 'quartz'"))
                .isEqualTo("11");
        assertThat(
                        query(
                                "select string_agg(sched_name || '/' || lock_name, ' ' order by lock_name) from quartz.qrtz_locks"))
                .isEqualTo("escapement/STATE_ACCESS escapement/TRIGGER_ACCESS");
    }

    @Test
    void nodes_that_migrate_at_once_get_to_it_one_after_the_other() throws Exception {
        try (ExecutorService nodes = Executors.newFixedThreadPool(4)) {
            List<Future<?>> migrations = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(_ -> nodes.submit(MigrationsDbTest::migrate))
                    .toList();
            for (Future<?> migration : migrations) {
                migration.get();
            }
        }

        assertThat(query("select count(*) - count(distinct (id, author, filename)) from escapement.databasechangelog"))
                .isEqualTo("0");
        assertThat(check().refusal()).isEmpty();
    }

    @Test
    void liquibases_lock_left_by_a_killed_node_does_not_block() throws SQLException {
        migrate();
        execute(
                "update escapement.databasechangeloglock set locked = true, lockgranted = now(), lockedby = 'the dead'");
        execute("delete from escapement.databasechangelog where id = 'quartz-locks'");
        execute("delete from quartz.qrtz_locks");

        migrate();

        assertThat(query("select count(*) from quartz.qrtz_locks")).isEqualTo("2");
        assertThat(query("select count(*) from escapement.databasechangeloglock where locked"))
                .isEqualTo("0");
    }

    @Test
    void a_table_in_use_is_waited_for_in_short_turns() throws Exception {
        migrate();
        try (ExecutorService node = Executors.newSingleThreadExecutor();
                Connection user = connect();
                Statement statement = user.createStatement()) {
            user.setAutoCommit(false);
            statement.execute("lock table escapement.databasechangelog in access exclusive mode");

            Future<?> migration = node.submit(MigrationsDbTest::migrate);
            // Longer than the migration waits for a lock: it has given up once and tries again.
            assertThatThrownBy(() -> migration.get(4, TimeUnit.SECONDS))
                    .isInstanceOf(java.util.concurrent.TimeoutException.class);
            user.rollback();

            migration.get();
        }
    }

    @Test
    void a_database_that_cannot_be_reached_is_named_without_its_parameters() {
        assertThatThrownBy(() -> Migrations.migrate(postgres.url() + "?password=secret", postgres.user(), "wrong"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(postgres.url())
                .hasMessageNotContaining("secret");
    }

    private static void migrate() {
        Migrations.migrate(postgres.url(), postgres.user(), postgres.password());
    }

    private static SchemaState check() throws SQLException {
        try (Connection connection = connect()) {
            return Migrations.check(connection);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    }
}
