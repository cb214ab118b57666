package escapement.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.follow.Follower;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sums are those of a scan of the attempts, whoever follows, however often, and whatever is made of them later. */
class SumDbTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 6, 15);
    private static final String SCAN = """
            select (ended_at at time zone 'UTC')::date || ' ' || action || ' ' || risk_level || ' ' || gate_path || ' '
                   || least(floor(confidence_score * 10), 9) || ': ' || count(*) || ' ' || count(*) filter (where outcome = 'SUCCEEDED') || ' '
                   || sum((confidence_score * 1000000)::bigint) || ' ' || sum((confidence_score * 1000000)::numeric ^ 2)::numeric(40) || ' '
                   || coalesce(sum((confidence_score * 1000000)::bigint) filter (where outcome = 'SUCCEEDED'), 0)
              from escapement.attempt
             where ended_task and outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and confidence_score is not null
             group by (ended_at at time zone 'UTC')::date, action, risk_level, gate_path, least(floor(confidence_score * 10), 9)
             order by 1""";
    private static final String SUMS = """
            select day || ' ' || action || ' ' || risk_level || ' ' || path || ' ' || bin || ': ' || n || ' ' || s || ' ' || sc || ' ' || scc || ' ' || scs
              from escapement.calibration_day where n <> 0 order by 1""";
    private static final String MICRO = """
            select action || ' ' || micro || ' ' || date_trunc('month', period)::date || ': ' || sum(n) || ' ' || sum(s) || ' ' || sum(sc) || ' ' || sum(scc) || ' ' || sum(scs)
              from escapement.calibration_micro group by action, micro, date_trunc('month', period) order by 1""";

    private static final String COARSE = """
            select of_all || ' ' || coalesce(action_name, '') || ' ' || is_month || ' ' || period || ' ' || risk_level || ' ' || path || ' ' || %2$s || ': '
                   || sum(n) || ' ' || sum(s) || ' ' || sum(sc) || ' ' || sum(scc) || ' ' || sum(scs) || ' ' || sum(action)
              from (select of_all, action_name, is_month, period, risk_level, path, %2$s, sum(n) as n, sum(s) as s, sum(sc) as sc, sum(scc) as scc,
                           sum(scs) as scs, min(action) as action
                      from report.calibration_%1$s group by 1, 2, 3, 4, 5, 6, 7) c
             group by of_all, action_name, is_month, period, risk_level, path, %2$s having sum(n) <> 0 order by 1""";
    private static final String KINDS = """
            select distinct sum(n) || ' ' || sum(s) || ' ' || sum(sc) || ' ' || sum(scc) || ' ' || sum(scs)
              from (select of_all, is_month, 'bins' as what, n, s, sc, scc, scs from report.calibration_bins_rolled
                    union all
                    select of_all, is_month, 'thousandths', n, s, sc, scc, scs from report.calibration_thousandths_rolled) k
             group by of_all, is_month, what""";

    private final long seed = Long.getLong("escapement.seed", new Random().nextLong());
    private final Random random = new Random(seed);
    private final AtomicLong ids = new AtomicLong(1L << 40);

    private TestDatabase database;
    private Database pool;
    private Follower follower;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
        pool = database.open();
        follower = new Follower(pool);
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    @Test
    void sums_of_random_ends_are_those_of_a_scan_and_following_again_adds_nothing() throws SQLException {
        end(random, 3000, TODAY.minusDays(40), 40);

        follower.followToEnd();
        follower.followToEnd();

        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void several_followers_beside_writers_whose_transactions_overlap_count_each_end_once() throws Exception {
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random mine = new Random(seed + i);
            work.add(() -> {
                for (int k = 0; k < 30; k++) {
                    end(mine, 40, TODAY.minusDays(3), 3);
                }
                return null;
            });
        }
        for (int i = 0; i < 2; i++) {
            Follower another = new Follower(pool);
            work.add(() -> {
                for (int k = 0; k < 100; k++) {
                    another.followToEnd();
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> each : threads.invokeAll(work)) {
                each.get();
            }
        }
        follower.followToEnd();

        assertThat(Sql.number(database, "select count(*) from escapement.attempt where ended_task"))
                .isEqualTo(3600);
        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void a_follower_that_dies_before_its_commit_has_added_nothing() throws SQLException {
        end(random, 200, TODAY, 1);
        Sql.update(database, """
                create function escapement.dies() returns trigger language plpgsql as $$ begin raise exception 'killed'; end $$""");
        Sql.update(database, """
                create trigger dies before update on escapement.follower for each row when (new.name = 'calibration')
                execute function escapement.dies()""");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(follower::followToEnd))
                .hasMessageContaining("killed");
        assertThat(Sql.texts(database, SUMS)).isEmpty();

        Sql.update(database, "drop trigger dies on escapement.follower");
        follower.followToEnd();

        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void an_outcome_is_mapped_by_what_was_in_force_when_its_attempt_started() throws SQLException {
        int every = map(0, 900_000);
        int own = map(1, 400_000);
        publish(0, every, "2026-06-15 10:00Z");
        publish(1, own, "2026-06-15 11:00Z");
        publish(1, null, "2026-06-15 12:00Z");
        try (Connection connection = database.connect()) {
            for (String at : List.of("09:59", "10:00", "11:30", "12:00")) {
                end(connection, 1, "SUCCEEDED", "0.7", "2026-06-15 %s:00Z".formatted(at));
            }
            end(connection, 2, "SUCCEEDED", "0.7", "2026-06-15 11:30:00Z");
        }

        follower.followToEnd();

        // stated, global, its own, global again
        assertThat(Sql.texts(
                        database,
                        "select sum(sq)::text from escapement.calibration_day group by action order by action"))
                .containsExactly(Integer.toString(700_000 + 900_000 + 400_000 + 900_000), "900000");
        assertThat(Sql.texts(database, "select sqv::text from escapement.calibration_day where action = 2"))
                .containsExactly("90000000000");
        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void old_days_become_months_exactly_and_a_late_line_still_finds_its_month() throws SQLException {
        end(random, 2000, TODAY.minusDays(200), 200);
        follower.followToEnd();
        List<String> before = Sql.texts(database, MICRO);
        SumKeeper keeper = new SumKeeper(pool);

        keeper.runOnce(TODAY);
        keeper.runOnce(TODAY);

        assertThat(Sql.texts(database, MICRO)).isEqualTo(before);
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.calibration_micro where not is_month and period < ?",
                        TODAY.minusDays(SumKeeper.DAYS_KEPT)))
                .isZero();
        assertThat(Sql.number(
                        database, "select count(distinct period) from escapement.calibration_micro where is_month"))
                .isBetween(3L, 4L);
        Sql.update(database, """
                insert into escapement.calibration_delta (day, action, risk_level, path, c6, q6, ok, sign)
                select period, action, risk_level, path, micro * 1000, micro * 1000, true, v.sign
                  from (select * from escapement.calibration_micro where is_month order by 1, 2, 4, 5, 6 limit 1) m, (values (1), (-1)) v (sign)""");
        follower.followToEnd();
        keeper.runOnce(TODAY);
        assertThat(Sql.texts(database, MICRO)).isEqualTo(before);
        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void what_ended_before_there_were_sums_is_swept_up_and_what_an_older_node_ends_is_marked() throws SQLException {
        end(random, 300, LocalDate.of(2026, 1, 5), 20);
        Sql.update(database, "update escapement.attempt set ended_task = false");
        Sql.update(database, "delete from escapement.journal");
        Sql.update(
                database,
                "update escapement.calibration_state set since = '2026-03-01', swept_to = -9223372036854775808");
        end(random, 300, LocalDate.of(2026, 4, 5), 20);
        Sql.update(database, "update escapement.attempt set ended_task = false"); // an older node says nothing
        follower.followToEnd();
        SumKeeper keeper = new SumKeeper(pool);

        keeper.runOnce(TODAY);
        keeper.runOnce(TODAY);

        assertThat(Sql.number(database, "select sum(n) from escapement.calibration_day"))
                .isEqualTo(Sql.number(database, """
                        select count(*) from escapement.attempt where outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and confidence_score is not null"""));
        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void a_recount_makes_the_same_sums_beside_ends_still_to_be_followed() throws SQLException {
        end(random, 1000, TODAY.minusDays(10), 10);
        follower.followToEnd();
        List<String> sums = Sql.texts(database, SUMS);
        List<String> micro = Sql.texts(database, MICRO);
        end(random, 100, TODAY, 1);
        assertThat(Sql.texts(database, ComparisonStore.DIFFERENCES)).isEmpty();

        ComparisonStore.Recount recount = new ComparisonStore(pool).recount();

        assertThat(recount.after()).isEqualTo(recount.before()).isPositive();
        assertThat(Sql.texts(database, SUMS)).isEqualTo(sums);
        assertThat(Sql.texts(database, MICRO)).isEqualTo(micro);
        follower.followToEnd();
        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void a_day_whose_sums_differ_is_found_the_next_night_told_once_and_mended_by_a_recount() throws SQLException {
        end(random, 500, TODAY.minusDays(1), 1);
        follower.followToEnd();
        SumKeeper keeper = new SumKeeper(pool);
        keeper.runOnce(TODAY.minusDays(1));
        Sql.update(database, """
                update escapement.calibration_day set s = s + 1
                 where (day, action, risk_level, path, bin) = (select day, action, risk_level, path, bin from escapement.calibration_day limit 1)""");

        keeper.runOnce(TODAY);
        keeper.runOnce(TODAY);

        assertThat(new ComparisonStore(pool).lastDifferences()).isEqualTo(1);
        assertThat(Sql.texts(
                        database, "select detail ->> 'day' from escapement.event where kind = 'calibration_differs'"))
                .containsExactly(TODAY.minusDays(1).toString());
        assertThat(Sql.texts(database, ComparisonStore.DIFFERENCES)).hasSize(1);
        new ComparisonStore(pool).recount();
        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void what_removed_and_imported_attempts_said_stays_in_the_sums_and_in_a_recount() throws SQLException {
        end(random, 600, TODAY.minusDays(10), 10);
        Sql.update(database, """
                insert into escapement.imported_attempt (source, task_id, attempt, ended_at, action, risk_level, confidence_score, status, ok, countable, counted)
                values ('old', 'a', 1, now(), 1, 'LOW', 0.85, 'COMPLETED', true, true, true)""");
        Sql.update(database, """
                insert into escapement.calibration_delta (day, action, risk_level, path, c6, q6, ok, sign)
                values ((now() at time zone 'UTC')::date, 1, 'LOW', 'AUTO', 850000, 850000, true, 1)""");
        follower.followToEnd();
        List<String> sums = Sql.texts(database, SUMS);
        List<String> micro = Sql.texts(database, MICRO);

        remove(1L << 40, (1L << 40) + 200);
        removeThese((1L << 40) + 201, (1L << 40) + 300);

        assertThat(Sql.number(database, "select count(*) from escapement.attempt"))
                .isEqualTo(300);
        assertThat(Sql.texts(database, ComparisonStore.DIFFERENCES)).isEmpty();
        ComparisonStore.Recount recount = new ComparisonStore(pool).recount();
        assertThat(recount.after()).isEqualTo(recount.before());
        assertThat(Sql.texts(database, SUMS)).isEqualTo(sums);
        assertThat(Sql.texts(database, MICRO)).isEqualTo(micro);
    }

    @Test
    void an_older_node_that_knows_only_the_finer_sums_keeps_the_coarser_ones_and_a_recount_mends_them()
            throws SQLException {
        end(random, 400, TODAY.minusDays(10), 10);
        follower.followToEnd();
        Sql.update(database, """
                insert into escapement.calibration_day as t (day, action, risk_level, path, bin, n, s, sc, scc, scs, sq, sqv)
                select day, action, risk_level, path, bin, 1, 0, 5, 25, 0, 5, 5 from escapement.calibration_day
                    on conflict (day, action, risk_level, path, bin) do update set n = t.n + excluded.n, sc = t.sc + excluded.sc""");
        Sql.update(database, "delete from escapement.calibration_micro where micro > 500");
        Sql.update(database, "update escapement.calibration_missing set day = day - 31, n = n + 1");
        assertThat(Sql.texts(database, ComparisonStore.ROLLED_DIFFERENCES)).isEmpty();

        Sql.update(database, "update escapement.calibration_packed set cells = substr(cells, 11) where is_month");
        assertThat(Sql.texts(database, ComparisonStore.ROLLED_DIFFERENCES)).isNotEmpty();
        Sql.update(database, "update escapement.calibration_bins_rolled set n = n + 1 where is_month");
        Sql.update(database, "delete from escapement.calibration_missing_rolled where action = 0");
        assertThat(Sql.texts(database, ComparisonStore.ROLLED_DIFFERENCES)).isNotEmpty();
        new ComparisonStore(pool).recount();

        assertSumsAreThoseOfTheAttempts();
    }

    @Test
    void a_day_that_is_not_over_is_added_up_from_the_finer_sums_until_it_is_moved_on() throws SQLException {
        rolledBefore(TODAY.minusDays(2));
        end(random, 800, TODAY.minusDays(40), 41);

        follower.followToEnd();

        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.calibration_thousandths_rolled where not is_month and period >= ?",
                        TODAY.minusDays(2)))
                .isZero();
        assertSumsAreThoseOfTheAttempts();
        List<String> bins = Sql.texts(database, COARSE.formatted("bins_rolled", "bin"));
        List<String> thousandths = Sql.texts(database, COARSE.formatted("thousandths_rolled", "micro"));
        assertThat(Sql.texts(database, KINDS)).hasSize(1);

        SumKeeper keeper = new SumKeeper(pool);
        keeper.runOnce(TODAY);
        keeper.runOnce(TODAY.minusDays(1));

        assertThat(Sql.texts(database, "select day::text from escapement.calibration_rolled_to"))
                .containsExactly(TODAY.toString());
        assertThat(Sql.number(
                        database, "select count(*) from escapement.calibration_bins_rolled where period >= ?", TODAY))
                .isZero();
        assertThat(Sql.texts(database, COARSE.formatted("bins_rolled", "bin"))).isEqualTo(bins);
        assertThat(Sql.texts(database, COARSE.formatted("thousandths_rolled", "micro")))
                .isEqualTo(thousandths);
        end(random, 100, TODAY.minusDays(5), 6); // late ones too
        follower.followToEnd();
        assertSumsAreThoseOfTheAttempts();
        assertThat(Sql.texts(database, KINDS)).hasSize(1);
    }

    @Test
    void days_that_are_moved_on_beside_followers_and_an_older_node_are_in_the_coarser_sums_once() throws Exception {
        rolledBefore(TODAY.minusDays(30));
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Random mine = new Random(seed + i);
            work.add(() -> {
                for (int k = 0; k < 20; k++) {
                    end(mine, 40, TODAY.minusDays(30), 30);
                    follower.followToEnd();
                }
                return null;
            });
        }
        work.add(() -> {
            for (int k = 0; k < 60; k++) {
                Sql.update(database, """
                        insert into escapement.calibration_missing as t (day, action, risk_level, bin, fate, n) values (?, 1, 'LOW', 3, 'SKIPPED', 1)
                            on conflict (day, action, risk_level, bin, fate) do update set n = t.n + 1""", TODAY.minusDays(k % 30));
            }
            return null;
        });
        MonthStore months = new MonthStore(pool);
        work.add(() -> {
            for (int day = 30; day >= 0; day--) {
                months.rollDay(TODAY.minusDays(day));
            }
            return null;
        });

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> each : threads.invokeAll(work)) {
                each.get();
            }
        }
        follower.followToEnd();

        assertSumsAreThoseOfTheAttempts();
        assertThat(Sql.texts(database, KINDS)).hasSize(1);
    }

    /** Two nodes that start at once did, and one of them ended with a deadlock. */
    @Test
    void who_makes_months_waits_for_its_turn_without_keeping_others_from_the_sums() throws Exception {
        try (Connection mover = database.connect();
                ExecutorService another = Executors.newSingleThreadExecutor()) {
            mover.setAutoCommit(false);
            Sql.update(mover, "update escapement.follower set name = name where name = 'calibration'");
            Future<?> months = another.submit(() -> new MonthStore(pool).rollOne(TODAY));
            Eventually.within(
                    Duration.ofSeconds(30),
                    () -> assertThat(Sql.number(database, WAITING)).isEqualTo(1));

            Sql.update(mover, "set local lock_timeout = '2s'");
            Sql.update(
                    mover,
                    "lock table escapement.calibration_day, escapement.calibration_micro in share row exclusive mode");
            mover.commit();

            months.get();
        }
    }

    private static final String WAITING =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

    /** Before anything is summed up. */
    private void rolledBefore(LocalDate day) {
        Sql.update(
                database,
                "insert into escapement.action (id, name) overriding system value select i, 'action_' || i from generate_series(1, 3) i");
        Sql.update(database, "update escapement.calibration_rolled_to set day = ?", day);
    }

    private void remove(long from, long to) throws SQLException {
        try (Connection connection = database.connect()) {
            RemovalStore.keepOutcomes(connection, from, to + 1);
            Sql.update(connection, "delete from escapement.attempt where task_id between ? and ?", from, to);
        }
    }

    private void removeThese(long from, long to) throws SQLException {
        try (Connection connection = database.connect()) {
            Long[] removed = LongStream.rangeClosed(from, to).boxed().toArray(Long[]::new);
            RemovalStore.keepOutcomes(connection, from, to, connection.createArrayOf("bigint", removed));
            Sql.update(connection, "delete from escapement.attempt where task_id between ? and ?", from, to);
        }
    }

    private void assertSumsAreThoseOfTheAttempts() {
        assertThat(Sql.texts(database, SUMS)).as("seed %d", seed).isEqualTo(Sql.texts(database, SCAN));
        assertThat(Sql.texts(database, ComparisonStore.DIFFERENCES))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(Sql.texts(database, ComparisonStore.ROLLED_DIFFERENCES))
                .as("seed %d", seed)
                .isEmpty();
    }

    /** Tasks that end, in one transaction for each piece. */
    private void end(Random chance, int tasks, LocalDate from, int days) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < tasks; i++) {
                String confidence = chance.nextInt(12) == 0
                        ? null
                        : chance.nextBoolean()
                                ? "0." + chance.nextInt(10)
                                : Double.toString(Math.round(chance.nextDouble() * 1e6) / 1e6);
                String outcome = List.of("SUCCEEDED", "SUCCEEDED", "FAILED", "TIMEOUT", "DRY_RUN", "CANCELLED")
                        .get(chance.nextInt(6));
                String at = from.plusDays(chance.nextInt(days))
                        + " %02d:%02d:00Z".formatted(chance.nextInt(24), chance.nextInt(60));
                end(connection, 1 + chance.nextInt(3), outcome, chance.nextInt(50) == 0 ? "1" : confidence, at);
                if (chance.nextInt(10) == 0) {
                    connection.commit();
                }
            }
            connection.commit();
        }
    }

    private void end(Connection connection, int action, String outcome, String confidence, String at)
            throws SQLException {
        long id = ids.incrementAndGet();
        String status = switch (outcome) {
            case "SUCCEEDED", "DRY_RUN" -> "COMPLETED";
            case "CANCELLED" -> "CANCELLED";
            default -> "FAILED";
        };
        Sql.update(connection, """
                insert into escapement.ended (id, completed_at, attempt_count, status)
                values (?, ?::timestamptz, 1, ?::escapement.task_status)""", id, at, status);
        Sql.update(connection, """
                insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path,
                                                ready_at, started_at, ended_at, confidence_score, ended_task)
                select ?, 1, 1, 1, ?, 1, ?::escapement.attempt_outcome, (array['LOW', 'MEDIUM', 'HIGH'])[1 + ? %% 3]::escapement.risk_level,
                       (array['AUTO', 'PROBE', 'HUMAN'])[1 + ? %% 3]::escapement.gate_path, at, at, at, ?::numeric, true
                  from (values (?::timestamptz)) v (at)""".replace("%%", "%"), id, action, outcome, id, id / 3, confidence, at);
        Sql.update(connection, """
                insert into escapement.journal (node, queue, from_status, to_status, outcome, n, task_ids, attempts, at)
                values (1, 1, 'IN_PROGRESS', ?::escapement.task_status, ?::escapement.attempt_outcome, 1, array[?::bigint], array[1], ?::timestamptz)""", status, outcome, id, at);
    }

    private int map(int action, int calibrated) {
        return (int) Sql.number(database, """
                insert into escapement.calibration_map (action, created_by, code, method, parameters, covariance, knots, lower80,
                                                        n, s, half_life_days, inputs_hash, scores)
                select ?, 'test', 'test', 'test', '{}', '{}', array_fill(?::integer, array[1001]), array_fill(0, array[1001]), 0, 0, 60, '', '{}'
                returning version""", action, calibrated);
    }

    private void publish(int action, Integer version, String at) {
        Sql.update(
                database,
                "insert into escapement.calibration_publication (at, action, version, principal, reason) values (?::timestamptz, ?, ?, 'test', 'test')",
                at,
                action,
                version);
    }
}
