package escapement.workflow.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.db.Database;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Explanations on a database without nodes: what only a crash leaves behind, and how much is read when very much waits. */
class ExplainerDbTest {
    private static final int WAITING = 300_000;
    private static final int COUNTED = 10_001;

    private static TestDatabase database;
    private static Database pool;

    @BeforeAll
    static void fill() {
        database = TestDatabase.create();
        pool = database.open();
        Sql.update(database, "insert into escapement.action (name) values ('noop')");
        Sql.update(database, """
                insert into escapement.node (name, version, max_concurrent, actions, lease_until)
                values ('dead', 'test', 50, '{1}', now() - interval '1 hour')""");
        addTask(1, WAITING);
        Sql.update(database, """
                insert into escapement.live (id, claim_order, ready_at, status, priority, risk_level, action, queue, max_attempts)
                select i, i, now(), 'PENDING', 'MEDIUM', 'LOW', 1, 1, 3 from generate_series(1, %d) i""".formatted(WAITING));
        Sql.update(database, "vacuum analyze escapement.live");
        Sql.update(database, "analyze escapement.task");
    }

    @AfterAll
    static void dropDatabase() {
        pool.close();
        database.close();
    }

    @Test
    void how_many_stand_before_the_last_of_very_many_is_read_from_the_index_up_to_a_limit() {
        JsonNode plan = pool.statement(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("explain (analyze, buffers, format json) " + LineStore.BEFORE)) {
                statement.setShort(1, (short) 1);
                statement.setLong(2, WAITING);
                statement.setLong(3, WAITING);
                statement.setInt(4, COUNTED);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return Json.parse(row.getString(1)).get(0).get("Plan");
                }
            }
        });

        assertThat(plan.findValuesAsText("Index Name")).containsExactly("live_claim");
        assertThat(nodes(plan).map(node -> node.path("Node Type").asText()))
                .noneMatch(type -> type.contains("Sort") || type.equals("Seq Scan"));
        assertThat(nodes(plan).mapToDouble(node -> node.path("Actual Rows").doubleValue()))
                .allSatisfy(rows -> assertThat(rows).isLessThanOrEqualTo(COUNTED));
    }

    @Test
    void explaining_the_last_of_very_many_reads_no_table_of_theirs_from_end_to_end() {
        long before = scans();
        long indexScans = indexScans();
        Explanation explanation;
        try (Database own = database.open()) {
            explanation = new Explainer(own).explain(WAITING).orElseThrow();
        } // a session that ends tells what it scanned

        Reason line = reason(explanation, "TASKS_BEFORE");
        assertThat(line.facts().path("before").intValue()).isEqualTo(10_000);
        assertThat(line.facts().path("more_than").booleanValue()).isTrue();
        assertThat(explanation.reasons().getFirst().code()).isEqualTo("NO_LIVE_NODE");
        Eventually.within(Duration.ofSeconds(10), () -> assertThat(indexScans()).isGreaterThan(indexScans));
        assertThat(scans()).isEqualTo(before);
    }

    @Test
    void a_lost_node_is_named_before_anything_else() {
        addTask(1_000_001, 1);
        Sql.update(database, """
                insert into escapement.live (id, claim_order, ready_at, started_at, node, attempt, status, priority, risk_level,
                                             action, queue, max_attempts)
                values (1000001, 1, now(), now() - interval '2 hours', 1, 2, 'IN_PROGRESS', 'MEDIUM', 'LOW', 1, 1, 3)""");

        Explanation explanation = explain(1_000_001);

        assertThat(codes(explanation)).containsExactly("NODE_LOST", "RUNNING");
        assertThat(explanation.summary()).contains("node dead lost its lease ");
        assertThat(explanation.reasons().get(1).facts().path("attempt").intValue())
                .isEqualTo(2);
    }

    @Test
    void what_is_to_stop_says_first_who_wants_so_and_why() {
        addTask(1_000_005, 1);
        int node = (int) Sql.number(database, """
                insert into escapement.node (name, version, max_concurrent, actions, lease_until)
                values ('alive', 'test', 50, '{}', now() + interval '1 hour') returning incarnation""");
        Sql.update(database, """
                insert into escapement.live (id, claim_order, ready_at, started_at, node, attempt, status, cancel_reason, priority,
                                             risk_level, action, queue, max_attempts)
                values (1000005, 1, now(), now(), ?, 1, 'IN_PROGRESS', 'withdrawn', 'MEDIUM', 'LOW', 1, 1, 3)""", node);
        Sql.update(database, """
                insert into escapement.audit (at, principal, operation, target, reason)
                values (now() - interval '30 seconds', 'ann', 'task.cancel', '1000005', 'withdrawn')""");

        Explanation explanation = explain(1_000_005);
        Sql.update(database, "update escapement.node set lease_until = now() where incarnation = ?", node);

        assertThat(codes(explanation)).containsExactly("CANCELLING", "RUNNING", "NODE_LIVES");
        Reason cancelling = explanation.reasons().getFirst();
        assertThat(cancelling.message()).startsWith("is being cancelled for 3").endsWith("withdrawn");
        assertThat(cancelling.facts().path("by").textValue()).isEqualTo("ann");
    }

    @Test
    void what_nobody_can_approve_says_what_else_helps() {
        held(1_000_002, "CONFIDENCE_BELOW_MINIMUM", 0, "{}", null);

        Reason reason = reason(explain(1_000_002), "DEFERRED");

        assertThat(reason.message())
                .isEqualTo("is held under policy version 1: as the row says; nobody can approve it; "
                        + "raise its confidence or reject it");
        assertThat(reason.facts().path("approvals_needed").intValue()).isZero();
        assertThat(reason.facts().path("expires_at").isNull()).isTrue();
        assertThat(reason.facts().path("expires_in_seconds").isNull()).isTrue();
    }

    @Test
    void approvals_count_as_they_do_at_the_gate() {
        held(1_000_101, "ALWAYS_HELD", 2, "{payments,legal}", "1 minute");
        approve(1_000_101, "ann", "{payments}");
        approve(1_000_101, "bob", "{mail}"); // belongs to neither
        approve(1_000_101, "eve", "{legal}");
        Sql.update(database, "update escapement.task set edited_by = 'eve' where id = 1000101");

        Reason reason = reason(explain(1_000_101), "DEFERRED");

        assertThat(reason.message())
                .contains("1 of 2 approvals given (by payments, legal), counts as rejected at ")
                .endsWith("; approve it or reject it");
        assertThat(reason.facts().path("approvals_given").intValue()).isEqualTo(1);
        assertThat(reason.facts().path("expires_in_seconds").doubleValue()).isBetween(0.0, 60.0);
    }

    @Test
    void what_the_gate_has_not_decided_about_under_the_policy_in_force_says_so() {
        addTask(1_000_102, 2);
        live(1_000_102, "PENDING", null);
        live(1_000_103, "PENDING", null);
        Sql.update(database, "update escapement.live set gate_version = 0 where id = 1000102");
        Sql.update(database, "update escapement.live set gate_version = 1 where id = 1000103");

        Explanation explanation = explain(1_000_102);

        assertThat(codes(explanation)).startsWith("GATE");
        assertThat(explanation.summary()).contains("the gate has not decided yet under policy version 1");
        assertThat(codes(explain(1_000_103))).isNotEmpty().doesNotContain("GATE");
    }

    @Test
    void dependents_that_are_told_in_pieces_know_how_many_go_before_them() {
        addTask(1_000_010, 5);
        Sql.update(database, """
                insert into escapement.ended (id, completed_at, attempt_count, status)
                values (1000010, now() - interval '5 seconds', 1, 'COMPLETED')""");
        for (long id = 1_000_011; id <= 1_000_014; id++) {
            live(id, "BLOCKED", null);
            Sql.update(database, "update escapement.live set open_dependencies = 1 where id = ?", id);
            Sql.update(
                    database,
                    "insert into escapement.dependency (upstream, downstream, required, skips) values (1000010, ?, 'COMPLETED', false)",
                    id);
        }
        Sql.update(database, "insert into escapement.release values (1000010, 'COMPLETED', 1000011)");

        Reason dependent = reason(explain(1_000_014), "DEPENDENCY");
        Explanation upstream = explain(1_000_010);

        assertThat(dependent.message()).contains("is COMPLETED as required: 2 of its dependents go on before this one");
        assertThat(dependent.facts().path("before").intValue()).isEqualTo(2);
        assertThat(dependent.facts().path("outlook").textValue()).isEqualTo("OPEN");
        assertThat(codes(upstream)).containsExactly("ENDED", "RELEASING");
        assertThat(upstream.reasons().get(1).facts().path("dependents_left").intValue())
                .isEqualTo(3);
    }

    @Test
    void attempts_that_do_not_count_are_told_apart() {
        addTask(1_000_020, 1);
        live(1_000_020, "BLOCKED", null);
        Sql.update(database, """
                update escapement.live set status = 'SCHEDULED', run_at = now() - interval '90 seconds', attempt = 4, uncounted = 3
                 where id = 1000020""");

        Reason backOff = reason(explain(1_000_020), "BACK_OFF");

        assertThat(backOff.message()).contains("has been due for 90 s").contains("attempt 4 (1 of 3 that count)");
        assertThat(backOff.facts().path("in_seconds").doubleValue()).isEqualTo(-90);
    }

    private static void addTask(long first, int count) {
        Sql.update(database, """
                insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, created_by, action_params)
                select i, now(), 1, 1, 3, 'MEDIUM', 'LOW', 'test', '{}' from generate_series(?, ?) i""", first, first + count - 1);
    }

    private static void live(long id, String status, @org.jspecify.annotations.Nullable String reason) {
        Sql.update(database, """
                insert into escapement.live (id, claim_order, status, reason, priority, risk_level, action, queue, max_attempts)
                values (?, 1, ?::escapement.task_status, ?, 'MEDIUM', 'LOW', 1, 1, 3)""", id, status, reason);
    }

    private static void held(
            long id,
            String code,
            int approvals,
            String groups,
            @org.jspecify.annotations.Nullable String expiresAfter) {
        addTask(id, 1);
        live(id, "DEFERRED", "as the row says");
        Sql.update(database, """
                insert into escapement.gate_decision (task_id, policy_version, attempt, statistic, decision, path, code, approvals,
                                                      approver_groups, expires_at, payload_digest, reason)
                select id, 1, 1, 'raw', 'HOLD', 'AUTO', ?, ?, ?::text[], now() + ?::interval, digest, 'as the row says'
                  from (select id, escapement.payload_digest(id, action, risk_level, action_params) as digest
                          from escapement.task where id = ?) t""", code, approvals, groups, expiresAfter, id);
    }

    private static void approve(long id, String who, String groups) {
        Sql.update(database, """
                insert into escapement.approval (task_id, payload_digest, principal, verdict, verified, groups, submitted_by, reason)
                select id, escapement.payload_digest(id, action, risk_level, action_params), ?, 'APPROVE', true, ?::text[], created_by, 'seen'
                  from escapement.task where id = ?""", who, groups, id);
    }

    private static Explanation explain(long id) {
        return new Explainer(pool).explain(id).orElseThrow();
    }

    private static List<String> codes(Explanation explanation) {
        return explanation.reasons().stream().map(Reason::code).toList();
    }

    private static Reason reason(Explanation explanation, String code) {
        return explanation.reasons().stream()
                .filter(reason -> reason.code().equals(code))
                .findFirst()
                .orElseThrow();
    }

    private static long scans() {
        return Sql.number(database, """
                select sum(seq_scan) from pg_stat_user_tables
                 where relname in ('live', 'task', 'task_default', 'ended_default', 'dependency_default', 'attempt_default')""");
    }

    private static long indexScans() {
        return Sql.number(database, "select idx_scan from pg_stat_user_indexes where indexrelname = 'live_claim'");
    }

    private static Stream<JsonNode> nodes(JsonNode plan) {
        return Stream.concat(
                Stream.of(plan),
                StreamSupport.stream(plan.path("Plans").spliterator(), false).flatMap(ExplainerDbTest::nodes));
    }
}
