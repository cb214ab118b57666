package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.db.Database;
import escapement.json.Json;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** How PostgreSQL carries out the hot statements when very much waits. */
class ClaimPlanDbTest {
    private static final int WAITING = 1_000_000;
    private static final int BATCH = 50;

    private static TestDatabase database;
    private static Database pool;
    private static int node;

    @BeforeAll
    static void fill() {
        database = TestDatabase.create();
        pool = database.open();
        node = WaitingTasks.fill(database, WAITING);
    }

    @AfterAll
    static void dropDatabase() {
        pool.close();
        database.close();
    }

    @Test
    void a_claim_walks_its_index_to_the_limit_and_touches_few_pages() {
        JsonNode plan = pool.statement(ClaimPlanDbTest::explainClaim);

        assertThat(indexesOf(plan)).contains("live_claim", "live_pkey");
        assertThat(rowsOf(plan, "live_claim")).isLessThanOrEqualTo(BATCH + 1);
        assertThat(sequentialScansOf(plan)).doesNotContain("live", "task", "task_default");
        assertThat(rowsSortedIn(plan)).as("rows sorted").isLessThanOrEqualTo(2 * BATCH);
        assertThat(buffers(plan)).as("pages for %d tasks", BATCH).isLessThan(BATCH * 40);
    }

    @Test
    void ending_a_batch_reaches_its_rows_by_primary_key() {
        JsonNode plan = pool.statement(connection -> {
            connection.setAutoCommit(false);
            try {
                claim(connection, "").close();
                return explainFinish(connection);
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        });

        assertThat(indexesOf(plan)).contains("live_pkey");
        assertThat(sequentialScansOf(plan)).doesNotContain("live");
        assertThat(rowsOf(plan, "live_pkey")).isLessThanOrEqualTo(BATCH);
        assertThat(buffers(plan)).as("pages for %d tasks", BATCH).isLessThan(BATCH * 40);
    }

    private static JsonNode explainClaim(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (ResultSet row = claim(connection, "explain (analyze, buffers, format json) ")) {
            row.next();
            return Json.parse(row.getString(1)).get(0).get("Plan");
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static ResultSet claim(Connection connection, String prefix) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(prefix + ClaimStore.CLAIM);
        statement.setArray(1, connection.unwrap(PGConnection.class).createArrayOf("int2", new short[] {1}));
        statement.setLong(2, Long.MIN_VALUE);
        statement.setInt(3, BATCH);
        statement.setInt(4, BATCH);
        statement.setInt(5, node);
        statement.setInt(6, node);
        return statement.executeQuery();
    }

    private static JsonNode explainFinish(Connection connection) throws SQLException {
        PGConnection pg = connection.unwrap(PGConnection.class);
        long[] ids = LongStream.rangeClosed(1, BATCH).toArray();
        int[] fences = new int[BATCH];
        Arrays.fill(fences, 1);
        String[] outcomes = filled("SUCCEEDED");
        String[] next = filled("COMPLETED");
        try (PreparedStatement statement =
                connection.prepareStatement("explain (analyze, buffers, format json) " + CompletionStore.FINISH)) {
            statement.setArray(1, pg.createArrayOf("int8", ids));
            statement.setArray(2, pg.createArrayOf("int4", fences));
            statement.setArray(3, pg.createArrayOf("text", outcomes));
            statement.setArray(4, pg.createArrayOf("text", next));
            statement.setArray(5, pg.createArrayOf("int8", new long[BATCH]));
            statement.setArray(6, pg.createArrayOf("int8", new long[BATCH]));
            statement.setArray(7, pg.createArrayOf("text", new String[BATCH]));
            statement.setArray(8, pg.createArrayOf("text", new String[BATCH]));
            statement.setInt(9, node);
            statement.setInt(10, node);
            statement.setInt(11, node);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Json.parse(row.getString(1)).get(0).get("Plan");
            }
        }
    }

    private static String[] filled(String value) {
        String[] values = new String[BATCH];
        Arrays.fill(values, value);
        return values;
    }

    private static List<String> indexesOf(JsonNode plan) {
        return plan.findValuesAsText("Index Name");
    }

    private static List<String> sequentialScansOf(JsonNode plan) {
        return nodes(plan)
                .filter(node -> node.path("Node Type").asText().equals("Seq Scan"))
                .map(node -> node.path("Relation Name").asText())
                .toList();
    }

    private static double rowsOf(JsonNode plan, String index) {
        return nodes(plan)
                .filter(node -> node.path("Index Name").asText().equals(index))
                .mapToDouble(node -> node.path("Actual Rows").doubleValue()
                        * node.path("Actual Loops").doubleValue())
                .sum();
    }

    private static double rowsSortedIn(JsonNode plan) {
        return nodes(plan)
                .filter(node -> node.path("Node Type").asText().contains("Sort"))
                .mapToDouble(
                        node -> node.path("Plans").get(0).path("Actual Rows").doubleValue())
                .sum();
    }

    private static long buffers(JsonNode plan) {
        return plan.path("Shared Hit Blocks").longValue()
                + plan.path("Shared Read Blocks").longValue();
    }

    private static Stream<JsonNode> nodes(JsonNode plan) {
        return Stream.concat(
                Stream.of(plan),
                StreamSupport.stream(plan.path("Plans").spliterator(), false).flatMap(ClaimPlanDbTest::nodes));
    }
}
