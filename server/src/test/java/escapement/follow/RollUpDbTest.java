package escapement.follow;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long attempts waited and ran, counted by size. */
class RollUpDbTest {
    private TestDatabase database;
    private Database pool;
    private Follower follower;
    private SpreadStore spreads;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
        pool = database.open();
        follower = new Follower(pool);
        spreads = new SpreadStore(pool);
        Sql.update(database, "insert into escapement.action (name) values ('mail')");
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    @Test
    void percentiles_lie_in_the_buckets_of_the_attempts_they_stand_for() {
        ended(1, 100, "SUCCEEDED", "i * interval '1 ms'", "interval '1 s'", "now()");

        SpreadStore.Lately lately = spreads.lately(60);

        assertThat(lately.waits().n()).isEqualTo(100);
        assertThat(lately.waits().percentileMillis(0.50)).isEqualTo(Buckets.middleMillis(11)); // 50 ms: 45.3 to 64
        assertThat(lately.waits().percentileMillis(0.95)).isEqualTo(Buckets.middleMillis(13)); // 95 ms: 90.5 to 128
        assertThat(lately.waits().percentileMillis(0.99)).isEqualTo(Buckets.middleMillis(13));
        assertThat(lately.runs().counts()).hasSize(1).containsEntry(19, 100L); // 724 to 1024 ms
    }

    @Test
    void a_duration_on_an_edge_belongs_to_the_bucket_that_begins_there() {
        ended(1, 1, "SUCCEEDED", "interval '2 ms'", "interval '0.125 ms'", "now()");
        ended(2, 2, "SUCCEEDED", "interval '1.999 ms'", "interval '0.124 ms'", "now()");
        ended(3, 3, "SUCCEEDED", "interval '0 ms'", "interval '90 days'", "now()");

        SpreadStore.Lately lately = spreads.lately(60);

        assertThat(lately.waits().counts()).containsOnlyKeys(-7, 1, 2);
        assertThat(lately.runs().counts()).containsOnlyKeys(-7, -6, 64);
    }

    @Test
    void an_attempt_that_was_interrupted_waited_but_its_run_time_says_nothing() {
        ended(1, 2, "LOST", "interval '1 ms'", "interval '9 s'", "now()");
        ended(3, 3, "TIMEOUT", "interval '1 ms'", "interval '1 s'", "now()");

        assertThat(spreads.lately(60).waits().n()).isEqualTo(3);
        assertThat(spreads.lately(60).runs().n()).isEqualTo(1);
        assertThat(spreads.ever().runs()).containsExactly(new SpreadStore.Ever.Part("mail", 19, 1, 1.0));
        assertThat(spreads.ever().waits()).containsExactly(new SpreadStore.Ever.Part("default", 0, 3, 0.003));
    }

    @Test
    void only_the_minutes_asked_for_count_and_throughput_leaves_the_one_that_goes_on_out() {
        ended(1, 4, "SUCCEEDED", "interval '1 ms'", "interval '1 ms'", "now()");
        ended(5, 7, "SUCCEEDED", "interval '1 ms'", "interval '1 ms'", "date_trunc('minute', now()) - interval '90 s'");
        ended(
                8,
                9,
                "SUCCEEDED",
                "interval '1 ms'",
                "interval '1 ms'",
                "date_trunc('minute', now()) - interval '30 min'");

        assertThat(spreads.lately(10).waits().n()).isEqualTo(7);
        assertThat(spreads.lately(60).waits().n()).isEqualTo(9);
        assertThat(spreads.throughput()).isEqualTo(new SpreadStore.Throughput(0, 3, 5));
    }

    @Test
    void old_minutes_become_hours_and_old_hours_days_and_nothing_is_lost() {
        ended(1, 120, "SUCCEEDED", "interval '1 ms'", "interval '1 ms'", "now() - i * interval '1 minute'");
        ended(
                121,
                300,
                "SUCCEEDED",
                "interval '1 ms'",
                "interval '3 ms'",
                "now() - interval '5 days' - i * interval '1 minute'");
        ended(
                301,
                600,
                "FAILED",
                "interval '1 ms'",
                "interval '3 ms'",
                "now() - interval '90 days' - i * interval '1 hour'");
        CompactionStore compaction = new CompactionStore(pool);

        int first = compaction.compact();
        List<String> once = rows();
        int second = compaction.compact();

        assertThat(first).isPositive();
        assertThat(second).isZero();
        assertThat(rows()).isEqualTo(once);
        assertThat(Sql.number(database, "select sum(n) from escapement.attempt_minute"))
                .isEqualTo(600);
        assertThat(Sql.number(database, "select sum(run_ms) from escapement.attempt_minute"))
                .isEqualTo(120 + 3 * 480);
        assertThat(Sql.number(database, "select sum(n) from escapement.attempt_spread where measure = 'RUN'"))
                .isEqualTo(600);
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.attempt_minute where minute > now() - interval '3 hours'"))
                .isEqualTo(120);
        assertThat(
                        Sql.number(
                                database,
                                "select count(*) from escapement.attempt_minute where minute between now() - interval '9 days' and now() - interval '3 days'"))
                .isBetween(3L, 4L); // of 180 minutes
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.attempt_minute where minute < now() - interval '80 days'"))
                .isBetween(13L, 14L); // of 300 hours
        assertThat(
                        Sql.number(
                                database,
                                "select count(distinct minute) from escapement.attempt_spread where minute > now() - interval '3 hours'"))
                .isBetween(120L, 121L); // they are two hours young
    }

    @Test
    void submits_are_rolled_up_by_minute_and_nothing_of_them_is_lost_when_they_grow_old() {
        Sql.update(database, """
                insert into escapement.journal (queue, at, from_status, to_status, n, task_ids)
                select 1, now() - i * interval '1 hour', null, 'PENDING', 2, array[2 * i, 2 * i + 1] from generate_series(0, 2999) i
                """);
        Sql.update(
                database,
                "insert into escapement.journal (queue, from_status, to_status, n, task_ids) values (1, 'PENDING', 'IN_PROGRESS', 1, '{0}')");
        follower.followToEnd();

        new CompactionStore(pool).compact();

        assertThat(Sql.number(database, "select sum(n) from escapement.submit_minute"))
                .isEqualTo(6000);
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.submit_minute where minute < now() - interval '70 days'"))
                .isBetween(54L, 57L); // days of the oldest 1320 hours
    }

    private List<String> rows() {
        return Sql.texts(
                database,
                "select m::text from escapement.attempt_minute m union all select s::text from escapement.attempt_spread s order by 1");
    }

    /** Attempts of tasks first to last that ended at a time; i is the task's number. */
    private void ended(int first, int last, String outcome, String wait, String run, String at) {
        Sql.update(database, """
                with ended as (
                    insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path, ready_at, started_at, ended_at)
                    select i, 1, 1, 1, (select id from escapement.action where name = 'mail'), 1, '%1$s', 'LOW', 'AUTO',
                           %2$s - (%3$s) - (%4$s), %2$s - (%4$s), %2$s
                      from generate_series(%5$s, %6$s) i
                    returning task_id
                )
                insert into escapement.journal (queue, from_status, to_status, outcome, n, task_ids, attempts)
                select 1, 'IN_PROGRESS', 'COMPLETED', '%1$s', count(*), array_agg(task_id), array_agg(1) from ended
                """.formatted(outcome, at, wait, run, first, last));
        follower.followToEnd();
    }
}
