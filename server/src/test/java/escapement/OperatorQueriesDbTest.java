package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.access.Principal;
import escapement.action.Actions;
import escapement.action.builtin.BuiltIns;
import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.follow.Follower;
import escapement.support.TestDatabase;
import escapement.task.NewTaskReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The queries in ops/runbook.md run. */
class OperatorQueriesDbTest {
    private static final Path RUNBOOK = Path.of("../ops/runbook.md");
    private static final Pattern QUERIES = Pattern.compile("(?s)```sql\n(.*?)```");

    private static TestDatabase database;

    /** Tasks that succeeded and failed, and one that nobody runs although its time has come. */
    @BeforeAll
    @Timeout(60)
    static void fill(@TempDir Path folder) throws SQLException {
        database = TestDatabase.create();
        DatabaseAddress address = database.address();
        Config config = Config.of(Map.of(
                "ESCAPEMENT_PORT",
                "0",
                "ESCAPEMENT_METRICS_LOG",
                "false",
                "ESCAPEMENT_AUTH",
                "none",
                "ESCAPEMENT_DATABASE_URL",
                address.url(),
                "ESCAPEMENT_DATABASE_USER",
                address.user(),
                "ESCAPEMENT_DATABASE_PASSWORD",
                address.password(),
                "ESCAPEMENT_MAX_CONCURRENT_TASKS",
                "4",
                "ESCAPEMENT_DRAIN_SECONDS",
                "5",
                "ESCAPEMENT_ADMIN_UI_DIR",
                folder.toString()));
        try (Server server = new Server(config, address, new Actions(BuiltIns.all(config.httpAllowed())))) {
            server.start();
            submit(server, "{\"action_name\":\"echo\",\"action_params\":{\"value\":1}}");
            submit(server, "{\"action_name\":\"fail\",\"max_attempts\":1}");
            submit(server, "{\"action_name\":\"echo\",\"delay_seconds\":3600}");
            while (count("select count(*) from escapement.ended") < 2) {
                Thread.onSpinWait();
            }
        }
        try (Database work = Database.open(address, "test", 1, Duration.ofSeconds(30))) {
            Follower follower = new Follower(work);
            while (count("select coalesce(sum(n), 0) from escapement.attempt_minute") < 2) {
                follower.followToEnd();
            }
        }
        execute("update escapement.live set run_at = now() - interval '1 minute'");
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @TestFactory
    Stream<DynamicTest> every_query_of_the_runbook_runs() throws IOException {
        List<String> queries = QUERIES.matcher(Files.readString(RUNBOOK))
                .results()
                .map(MatchResult::group)
                .map(block -> block.replace("```sql\n", "").replace("```", ""))
                .toList();
        assertThat(queries).isNotEmpty();
        return queries.stream()
                .map(query -> DynamicTest.dynamicTest(query.lines().findFirst().orElseThrow(), () -> execute(query)));
    }

    private static void submit(Server server, String task) {
        server.enqueuer().submit(Principal.LOCAL, NewTaskReader.read(task));
    }

    private static long count(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
