package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.calibration.Golden;
import escapement.calibration.StoredOutcomes;
import escapement.support.Answer;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API says of outcomes of which everything is known. */
class CalibrationRoutesDbTest {
    private static final LocalDate DAY = LocalDate.of(2026, 10, 1); // a Thursday
    private static final String DAYS = "?from=2026-10-01&to=2026-10-31";

    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void the_seeds_twenty_outcomes_come_to_the_seeds_numbers() {
        add("AUTO", "mail", 850_000, 10, 8);
        add("AUTO", "mail", 650_000, 5, 4);
        add("AUTO", "mail", 950_000, 5, 5);
        missing("mail", 8, "DRY_RUN", 7);
        missing("mail", 8, "SKIPPED", 3);

        JsonNode summary = ask("summary" + DAYS);

        JsonNode measures = summary.path("measures");
        assertThat(summary.path("n").intValue()).isEqualTo(20);
        assertThat(measures.path("brier").doubleValue()).isCloseTo(0.1275, within(1e-12));
        assertThat(measures.path("ece").doubleValue()).isCloseTo(0.075, within(1e-12));
        JsonNode predicted = measures.path("predicted_success");
        assertThat(predicted.path("accuracy").doubleValue()).isCloseTo(0.70, within(1e-12));
        assertThat(predicted.path("precision").doubleValue()).isCloseTo(13 / 15.0, within(1e-12));
        assertThat(predicted.path("recall").doubleValue()).isCloseTo(13 / 17.0, within(1e-12));
        JsonNode bins = ask("bins" + DAYS).path("bins");
        assertThat(bins.get(8).path("label").asText()).isEqualTo("[0.8-0.9]");
        assertThat(bins.get(8).path("n").intValue()).isEqualTo(10);
        assertThat(bins.get(8).path("observed_rate").doubleValue()).isEqualTo(0.8);
        assertThat(bins.get(6).path("successes").intValue()).isEqualTo(4);
        assertThat(bins.get(9).path("observed_rate").doubleValue()).isEqualTo(1.0);
        assertThat(summary.at("/excluded/dry_run").intValue()).isEqualTo(7);
        assertThat(summary.at("/excluded/skipped").intValue()).isEqualTo(3);
        assertThat(summary.at("/population/submitted").intValue()).isEqualTo(23);
        assertThat(summary.at("/verdict/word").asText()).isEqualTo("INSUFFICIENT");
    }

    @Test
    void without_outcomes_every_number_is_null_with_a_reason() {
        JsonNode summary = ask("summary");

        assertThat(summary.path("n").intValue()).isZero();
        assertThat(summary.at("/verdict/word").asText()).isEqualTo("NO_DATA");
        assertThat(summary.at("/measures/brier").isNull()).isTrue();
        assertThat(summary.at("/measures/murphy_10_bins/reliability").isNull()).isTrue();
        assertThat(summary.path("reasons").path("brier").asText()).isEqualTo("there are no outcomes");
        assertThat(ask("bins").path("bins")).hasSize(10).allSatisfy(bin -> {
            assertThat(bin.path("gap").isNull()).isTrue();
            assertThat(bin.path("reason").asText()).isEqualTo("there are no outcomes");
        });
        assertThat(ask("curve").path("curve")).isEmpty();
        assertThat(ask("timeseries").path("timeseries")).isEmpty();
        assertThat(ask("actions").path("actions")).isEmpty();
        assertThat(ask("coverage").path("coverage")).hasSize(11);
        assertThat(ask("what-if").path("thresholds")).hasSize(101);
    }

    @Test
    void one_sided_outcomes_have_no_skill_and_say_why() {
        add("AUTO", "mail", 900_000, 40, 40);

        JsonNode summary = ask("summary" + DAYS);

        assertThat(summary.at("/measures/auroc").isNull()).isTrue();
        assertThat(summary.at("/reasons/auroc").asText()).startsWith("all outcomes are alike");
        assertThat(summary.at("/measures/wilson_low").doubleValue()).isCloseTo(0.912, within(0.001));
    }

    @Test
    void what_a_person_let_run_is_a_population_of_its_own() {
        add("AUTO", "mail", 900_000, 10, 8);
        add("PROBE", "mail", 900_000, 5, 4);
        add("HUMAN", "mail", 900_000, 7, 1);

        assertThat(ask("summary" + DAYS).path("n").intValue()).isEqualTo(15);
        assertThat(ask("summary" + DAYS).at("/excluded/human").intValue()).isEqualTo(7);
        JsonNode human = ask("summary" + DAYS + "&path=human");
        assertThat(human.path("n").intValue()).isEqualTo(7);
        assertThat(human.at("/excluded/auto").intValue()).isEqualTo(10);
        assertThat(human.at("/population/paths").toString()).isEqualTo("[\"HUMAN\"]");
        assertThat(ask("bins" + DAYS + "&path=PROBE").path("n").intValue()).isEqualTo(5);
    }

    @Test
    void an_outcome_that_a_person_corrected_counts_before_it_is_merged() {
        add("AUTO", "mail", 900_000, 10, 8);
        for (int sign : new int[] {-1, 1}) {
            Sql.update(database, """
                    insert into escapement.calibration_delta (day, action, risk_level, path, c6, q6, ok, sign)
                    select '2026-10-01', id, 'LOW', 'AUTO', 900000, 900000, ?, ? from escapement.action where name = 'mail'
                    """, sign < 0, sign);
        }

        for (String what : List.of("summary", "curve", "bins")) {
            assertThat(ask(what + DAYS).path("n").intValue()).isEqualTo(10);
        }
        assertThat(ask("summary" + DAYS).at("/measures/successes").intValue()).isEqualTo(7);
        assertThat(ask("bins" + DAYS).at("/bins/9/successes").intValue()).isEqualTo(7);
        assertThat(Sql.number(database, "select successes from report.calibration_summary"))
                .isEqualTo(7);
    }

    @Test
    void calibrated_takes_the_map_in_force_of_the_action_else_of_all_else_what_was_stated() {
        add("AUTO", "mail", 900_000, 10, 6);
        add("AUTO", "pay", 900_000, 10, 6);
        String onlyMail = DAYS + "&basis=calibrated&action=mail";
        assertThat(stated("summary" + onlyMail)).isEqualTo(0.9);

        publish(0, 700);
        assertThat(stated("summary" + onlyMail)).isCloseTo(0.63, within(1e-12));
        publish(Sql.number(database, "select id from escapement.action where name = 'mail'"), 500);
        assertThat(stated("summary" + onlyMail)).isCloseTo(0.45, within(1e-12));
        assertThat(stated("summary" + DAYS + "&basis=calibrated")).isCloseTo(0.54, within(1e-12));
        assertThat(stated("summary" + DAYS)).isEqualTo(0.9);
        JsonNode bins = ask("bins" + DAYS + "&basis=calibrated").path("bins");
        assertThat(bins.get(4).path("n").intValue()).isEqualTo(10);
        assertThat(bins.get(6).path("n").intValue()).isEqualTo(10);
        assertThat(ask("timeseries" + DAYS + "&basis=calibrated&every=day").path("timeseries"))
                .hasSize(1);
        assertThat(ask("actions" + DAYS + "&basis=calibrated").path("actions")).hasSize(2);
    }

    @Test
    void a_month_of_which_no_days_are_kept_is_taken_whole() {
        add("AUTO", "mail", 900_000, 10, 8);
        Sql.update(database, "update escapement.calibration_micro set is_month = true");

        JsonNode summary = ask("summary?from=2026-10-10&to=2026-11-05");

        assertThat(summary.path("window").toString())
                .isEqualTo("{\"from\":\"2026-10-01\",\"to\":\"2026-11-05\",\"widened\":true}");
        assertThat(summary.path("n").intValue()).isEqualTo(10);
        assertThat(ask("bins?from=2026-10-10&to=2026-11-05").path("n").intValue())
                .isEqualTo(10);
        assertThat(server.get("/api/v1/calibration/timeseries" + DAYS + "&basis=calibrated")
                        .faultPaths())
                .containsExactly("every");
        assertThat(ask("timeseries" + DAYS + "&basis=calibrated&every=month").path("timeseries"))
                .hasSize(1);
    }

    @Test
    void weeks_begin_on_monday_and_have_an_interval_and_a_noise_floor() {
        add("AUTO", "mail", 900_000, 20, 10);
        StoredOutcomes.add(
                database,
                "AUTO",
                List.of(
                        new Golden.Row("mail", "LOW", 900_000, true, LocalDate.of(2026, 10, 4)),
                        new Golden.Row("mail", "LOW", 900_000, false, LocalDate.of(2026, 10, 5))));

        JsonNode weeks = ask("timeseries" + DAYS).path("timeseries");

        assertThat(weeks).hasSize(2);
        assertThat(weeks.get(0).path("from").asText()).isEqualTo("2026-09-28");
        assertThat(weeks.get(0).path("n").intValue()).isEqualTo(21);
        assertThat(weeks.get(0).path("ece_noise_floor").doubleValue()).isPositive();
        assertThat(weeks.get(0).path("gap_low").doubleValue())
                .isLessThan(weeks.get(0).path("gap").doubleValue());
        assertThat(weeks.get(1).path("from").asText()).isEqualTo("2026-10-05");
        assertThat(Sql.texts(database, "select week::text || ' ' || n from report.calibration_over_time"))
                .containsExactly("2026-09-28 21", "2026-10-05 1");
        assertThat(ask("timeseries" + DAYS + "&every=day").path("timeseries")).hasSize(3);
        assertThat(ask("timeseries" + DAYS + "&every=month").path("timeseries")).hasSize(1);
    }

    @Test
    void the_action_that_is_wrong_for_certain_comes_first_and_not_the_one_with_one_failure() {
        add("AUTO", "rare", 1_000_000, 1, 0);
        add("AUTO", "wrong", 950_000, 400, 40);
        add("AUTO", "right", 800_000, 400, 320);
        missing("right", 8, "REJECTED", 500);

        JsonNode actions = ask("actions" + DAYS).path("actions");

        assertThat(actions.valueStream().map(row -> row.path("action").asText()))
                .containsExactly("wrong", "rare", "right");
        assertThat(actions.get(0).path("verdict").asText()).isEqualTo("OVERCONFIDENT");
        assertThat(actions.get(1).path("verdict").asText()).isEqualTo("INSUFFICIENT");
        assertThat(actions.get(2).path("verdict").asText()).isEqualTo("CALIBRATED");
        assertThat(actions.get(2).path("gated").booleanValue()).isTrue();
        assertThat(actions.get(0).path("gated").booleanValue()).isFalse();
        assertThat(ask("summary" + DAYS + "&action=right").at("/verdict/gated").booleanValue())
                .isTrue();
    }

    @Test
    void coverage_shows_what_never_ran_beside_what_did() {
        add("AUTO", "mail", 950_000, 10, 8);
        add("HUMAN", "mail", 350_000, 2, 1);
        missing("mail", 3, "REJECTED", 5);
        missing("mail", 3, "CANCELLED", 1);
        missing("mail", 3, "DRY_RUN", 9);
        missing("mail", -1, "UNSCORED", 4);
        String today = LocalDate.now(java.time.ZoneOffset.UTC).toString();
        server.await(
                server.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.35}"),
                "DEFERRED");
        server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"confidence_score\":0.35}");

        JsonNode rows = ask("coverage?from=2026-10-01&to=" + today).path("coverage");

        assertThat(rows.get(0).path("label").asText()).isEqualTo("none");
        assertThat(rows.get(0).path("unscored").intValue()).isEqualTo(4);
        JsonNode low = rows.get(4);
        assertThat(low.path("label").asText()).isEqualTo("[0.3-0.4]");
        assertThat(low.path("submitted").intValue()).isEqualTo(10);
        assertThat(low.path("human").intValue()).isEqualTo(2);
        assertThat(low.path("deferred").intValue()).isEqualTo(1);
        assertThat(low.path("pending").intValue()).isEqualTo(1);
        assertThat(low.path("dry_run").intValue()).isEqualTo(9);
        assertThat(low.path("bound_low").doubleValue()).isEqualTo(0.1);
        assertThat(low.path("bound_high").doubleValue()).isEqualTo(0.9);
        assertThat(rows.get(10).path("observed_rate").doubleValue()).isEqualTo(0.8);
        assertThat(
                        Sql.texts(
                                database,
                                "select submitted || ' ' || human || ' ' || deferred || ' ' || pending || ' ' || bound_high from report.calibration_coverage where bin = 3"))
                .containsExactly("10 2 1 1 0.9");
    }

    @Test
    void an_answer_says_up_to_when_it_knows() throws SQLException {
        assertThat(Instant.parse(ask("summary").path("as_of").asText())).isBeforeOrEqualTo(Instant.now());

        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            // whoever follows passes over a row that is locked
            Sql.update(connection, "update escapement.follower set seq = seq where name = 'calibration'");
            String id = server.submit("{\"action_name\":\"echo\"}");
            server.await(id, "COMPLETED");

            assertThat(
                            Sql.number(
                                    database,
                                    "select count(*) from report.calibration_as_of where as_of <= (select min(at) from escapement.journal where to_status = 'COMPLETED')"))
                    .isEqualTo(1);
            connection.rollback();
        }
    }

    @Test
    void every_answer_can_be_taken_along_as_csv() {
        add("AUTO", "mail", 850_000, 10, 8);

        Answer bins =
                server.get("/api/v1/calibration/bins" + DAYS + "&format=csv").is(200);
        assertThat(bins.contentType()).startsWith("text/csv");
        assertThat(bins.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"calibration-bins.csv\"");
        List<String> lines = bins.text().lines().toList();
        assertThat(lines).hasSize(11);
        assertThat(lines.getFirst()).startsWith("\"bin\",\"label\",\"n\",\"successes\"");
        assertThat(lines.get(9)).startsWith("8,\"[0.8-0.9]\",10,8,0.85,0.8,0.05,");
        assertThat(lines.get(1)).startsWith("0,\"[0.0-0.1]\",0,0,,,,");

        assertThat(csv("actions").get(1)).startsWith("\"mail\",\"INSUFFICIENT\",\"false\",10,10,10,8,0.8,");
        assertThat(csv("summary")).contains("\"n\",10,", "\"mce_bins_n_ge_30\",,\"no bin has 30 outcomes\"");
        assertThat(csv("curve").get(1)).startsWith("0.85,0.85,10,8,0.85,0.8,");
        assertThat(csv("timeseries").get(1)).startsWith("\"2026-09-28\",10,8,0.8,");
        assertThat(csv("coverage")).hasSize(12);
        assertThat(csv("what-if")).hasSize(102);
    }

    @Test
    void what_is_asked_wrongly_is_told_with_what_is_right() {
        assertThat(server.get(
                                "/api/v1/calibration/summary?from=2026-02-30&path=x&basis=y&format=xml&risk=none&every=day")
                        .faultPaths())
                .containsExactlyInAnyOrder("from", "path", "basis", "format", "risk", "every");
        JsonNode problem = server.get("/api/v1/calibration/bins?from=2026-10-02&to=2026-10-01")
                .problem(400);
        assertThat(problem.at("/errors/0/message").asText()).isEqualTo("must not be after to, which is 2026-10-01");
    }

    @Test
    void sums_of_random_outcomes_come_to_the_same_as_a_scan_of_them() {
        java.util.Random random = new java.util.Random(11);
        List<Golden.Row> rows = new ArrayList<>();
        double brier = 0;
        for (int i = 0; i < 3000; i++) {
            long c6 = random.nextInt(1_000_001);
            boolean ok = random.nextInt(1_000_000) < c6 * 8 / 10;
            rows.add(new Golden.Row("a" + i % 5, "LOW", c6, ok, DAY.plusDays(i % 30)));
            brier += Math.pow(c6 / 1e6 - (ok ? 1 : 0), 2) / 3000;
        }
        StoredOutcomes.add(database, "AUTO", rows);

        JsonNode measures = ask("summary" + DAYS).path("measures");

        assertThat(measures.path("brier").doubleValue()).isCloseTo(brier, within(1e-12));
        JsonNode parts = measures.path("murphy_10_bins");
        assertThat(parts.path("reliability").doubleValue()
                        - parts.path("resolution").doubleValue()
                        + parts.path("uncertainty").doubleValue()
                        + parts.path("within_bin_variance").doubleValue()
                        - parts.path("within_bin_covariance").doubleValue())
                .isCloseTo(brier, within(1e-12));
        assertThat(Double.parseDouble(Sql.texts(
                                database,
                                "select reliability - resolution + uncertainty + within_bin_variance - within_bin_covariance from report.calibration_summary")
                        .getFirst()))
                .isCloseTo(brier, within(1e-12));
    }

    @Test
    void random_outcomes_through_the_maps_in_force_come_to_the_same_as_a_scan_of_them_whatever_days_are_packed() {
        java.util.Random random = new java.util.Random(12);
        List<Golden.Row> rows = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            rows.add(new Golden.Row(
                    "a" + i % 4, "LOW", random.nextInt(1_000_001), random.nextBoolean(), DAY.plusDays(i % 40)));
        }
        add("AUTO", "a0", 900_000, 1, 1);
        add("AUTO", "a1", 900_000, 1, 1);
        publish(Sql.number(database, "select id from escapement.action where name = 'a0'"), 300);
        publish(Sql.number(database, "select id from escapement.action where name = 'a1'"), 777);
        Sql.update(database, "delete from escapement.calibration_micro");
        Sql.update(database, "delete from escapement.calibration_day");
        StoredOutcomes.add(database, "AUTO", rows);
        // the newest days as they are while they are not over
        Sql.update(database, "delete from escapement.calibration_micro where period >= '2026-10-20'");
        Sql.update(database, "delete from escapement.calibration_day where day >= '2026-10-20'");
        Sql.update(database, "update escapement.calibration_rolled_to set day = '2026-10-20'");
        StoredOutcomes.add(
                database,
                "AUTO",
                rows.stream()
                        .filter(row -> !row.day().isBefore(LocalDate.of(2026, 10, 20)))
                        .toList());
        for (int globalMap : new int[] {0, 500}) { // the others: as stated, then by the map of all
            if (globalMap > 0) {
                publish(0, globalMap);
            }
            java.util.function.ToLongFunction<Golden.Row> worth = row -> switch (row.action()) {
                case "a0" -> row.c6() / 1000 * 300;
                case "a1" -> row.c6() / 1000 * 777;
                default -> globalMap == 0 ? row.c6() : row.c6() / 1000 * globalMap;
            };
            for (String days : List.of("?from=2026-10-01&to=2026-11-30", "?from=2026-10-05&to=2026-11-03")) {
                LocalDate from = LocalDate.parse(days.substring(6, 16));
                LocalDate to = LocalDate.parse(days.substring(20));
                List<Golden.Row> asked = rows.stream()
                        .filter(row -> !row.day().isBefore(from) && !row.day().isAfter(to))
                        .toList();
                assertBrier(ask("summary" + days + "&basis=calibrated").path("measures"), asked, worth);
                assertBrier(
                        ask("summary" + days + "&basis=calibrated&action=a1").path("measures"),
                        asked.stream().filter(row -> row.action().equals("a1")).toList(),
                        worth);
                for (JsonNode row : ask("actions" + days + "&basis=calibrated").path("actions")) {
                    String action = row.path("action").asText();
                    assertBrier(
                            row,
                            asked.stream()
                                    .filter(one -> one.action().equals(action))
                                    .toList(),
                            worth);
                }
                for (JsonNode row : ask("timeseries" + days + "&basis=calibrated&every=week")
                        .path("timeseries")) {
                    LocalDate monday = LocalDate.parse(row.path("from").asText());
                    assertBrier(
                            row,
                            asked.stream()
                                    .filter(one -> !one.day().isBefore(monday)
                                            && one.day().isBefore(monday.plusWeeks(1)))
                                    .toList(),
                            worth);
                }
            }
        }
    }

    private static void assertBrier(
            JsonNode found, List<Golden.Row> rows, java.util.function.ToLongFunction<Golden.Row> worth) {
        double brier = 0;
        for (Golden.Row row : rows) {
            brier += Math.pow(worth.applyAsLong(row) / 1e6 - (row.ok() ? 1 : 0), 2) / rows.size();
        }
        assertThat(found.path("n").intValue()).isEqualTo(rows.size());
        assertThat(found.path("brier").doubleValue()).isCloseTo(brier, within(1e-12));
    }

    private List<String> csv(String what) {
        return server.get("/api/v1/calibration/" + what + DAYS + "&format=CSV")
                .is(200)
                .text()
                .lines()
                .toList();
    }

    private double stated(String what) {
        return ask(what).at("/measures/mean_confidence").doubleValue();
    }

    private JsonNode ask(String what) {
        return server.get("/api/v1/calibration/" + what).is(200).json();
    }

    private void add(String path, String action, long c6, int n, int s) {
        List<Golden.Row> rows = new ArrayList<>(Collections.nCopies(s, new Golden.Row(action, "LOW", c6, true, DAY)));
        rows.addAll(Collections.nCopies(n - s, new Golden.Row(action, "LOW", c6, false, DAY)));
        StoredOutcomes.add(database, path, rows);
    }

    private void missing(String action, int bin, String fate, int n) {
        Sql.update(
                database,
                "insert into escapement.calibration_missing (day, action, risk_level, bin, fate, n)"
                        + " select '2026-10-01', id, 'LOW', ?, ?::escapement.calibration_fate, ? from escapement.action where name = ?",
                bin,
                fate,
                n,
                action);
    }

    /** A map that takes everything times so many thousandths. */
    private void publish(long action, int thousandths) {
        Sql.update(database, """
                with made as (
                    insert into escapement.calibration_map (action, created_by, code, method, parameters, covariance, knots, lower80, n, s,
                                                            half_life_days, inputs_hash, scores)
                    select ?, 'test', 'test', 'beta', '{1,1,0}', '{}', k, k, 0, 0, 60, 'x', '{}'
                      from (select array(select i * ? from generate_series(0, 1000) i) as k) knots
                    returning action, version
                )
                insert into escapement.calibration_publication (action, version, principal, reason) select action, version, 'test', 'test' from made
                """, action, thousandths);
    }
}
