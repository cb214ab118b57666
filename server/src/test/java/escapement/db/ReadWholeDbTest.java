package escapement.db;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.calibration.FillStore;
import escapement.calibration.World;
import escapement.follow.Follower;
import escapement.metricslog.LogFiles;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No statement of a working node reads a table of tasks whole: each costs by what it is about, not by what there is. Plans
 * are made once, for any parameter, and a join with a set whose size the planner cannot know is where that goes wrong.
 */
class ReadWholeDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ENDED = 40_000;
    private static final int WAITING = 20_000;

    /** Rows read in sequential scans, by the tables that grow with the tasks. */
    private static final String READ = """
            select relname || '=' || coalesce(seq_tup_read, 0) from pg_stat_all_tables
             where schemaname = 'escapement' and relname ~ '^(task|live|ended|attempt|dependency|event|gate_decision)(_[0-9]+|_default)?$'
             order by relname""";

    private static final String OTHERS =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    /** Once a day, housekeeping reads the attempts of the day before. */
    private static final String CHECKED =
            "select count(*) from escapement.calibration_state where checked_day is not null";

    @TempDir
    Path folder;

    @Test
    void a_working_node_looks_up_what_it_needs() {
        try (TestDatabase database = TestDatabase.create()) {
            try (Database pool = database.open()) {
                new FillStore(pool).fill(World.OVERCONFIDENT, 5, ENDED, 1, made -> {});
                new Follower(pool).followToEnd();
            }
            try (TestServer server = TestServer.with().start(database)) {
                server.submitMany(WAITING, "{\"action_name\":\"echo\",\"queue\":\"held\",\"delay_seconds\":86400}");
                server.post(
                                "/api/v1/holds",
                                "{\"scope\":\"QUEUE\",\"queue\":\"held\",\"reason\":\"so that they wait\"}")
                        .is(201);
                server.submitMany(WAITING, "{\"action_name\":\"echo\",\"queue\":\"held\"}");
                Eventually.within(
                        PATIENCE,
                        () -> assertThat(Sql.number(database, CHECKED)).isOne());
            }
            // also summarizes blocks for BRIN, which reads them and which autovacuum would do at any time
            Sql.update(database, "vacuum analyze");
            Sql.texts(database, "select pg_stat_force_next_flush()::text");
            // a backend adds what it read when it ends, which may be after whoever used it has gone on
            Eventually.within(
                    PATIENCE, () -> assertThat(Sql.number(database, OTHERS)).isZero());
            Map<String, Long> before = read(database);

            try (TestServer server = TestServer.with().dataDir(folder).start(database)) {
                work(server);
                look(server);
            }

            Map<String, Long> after = read(database);
            List<String> whole = new ArrayList<>();
            after.forEach((table, rows) -> {
                if (rows - before.getOrDefault(table, 0L) > ENDED / 4) {
                    whole.add("%s: %d rows".formatted(table, rows - before.getOrDefault(table, 0L)));
                }
            });
            assertThat(whole).as("tables read from end to end").isEmpty();
        }
    }

    private void work(TestServer server) {
        server.submitMany(2000, "{\"action_name\":\"echo\",\"confidence_score\":0.9}");
        server.submitMany(200, "{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.2}");
        for (int i = 0; i < 20; i++) {
            server.submitBatch("""
                    {"tasks":[{"ref":"a","action_name":"echo"},
                              {"ref":"b","action_name":"echo","dependencies":["a"]},
                              {"ref":"c","action_name":"echo","dependencies":[{"task_id":"b","timeout_seconds":60}],"deadline_at":"2099-01-01T00:00:00Z"}]}""");
        }
        server.awaitCount(PATIENCE, "PENDING", WAITING);
        server.awaitCount(PATIENCE, "IN_PROGRESS", 0);
        Eventually.within(
                PATIENCE, () -> assertThat(LogFiles.in(folder).attempts()).hasSizeGreaterThanOrEqualTo(2060));
    }

    private static void look(TestServer server) {
        for (String path :
                List.of("tasks?limit=50", "tasks?status=FAILED&limit=50", "metrics", "approvals", "nodes", "holds")) {
            server.get("/api/v1/" + path).is(200);
        }
    }

    private static Map<String, Long> read(TestDatabase database) {
        Map<String, Long> rows = new TreeMap<>();
        for (String line : Sql.texts(database, READ)) {
            int at = line.indexOf('=');
            rows.put(line.substring(0, at), Long.parseLong(line.substring(at + 1)));
        }
        return rows;
    }
}
