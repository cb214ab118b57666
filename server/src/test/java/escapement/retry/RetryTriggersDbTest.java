package escapement.retry;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.quartz.ClusteredQuartz;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which triggers Quartz holds for waiting tasks, and what happens when they are missing or late. */
class RetryTriggersDbTest {
    private static final String TRIGGERS = "select count(*) from quartz.qrtz_triggers where trigger_group = 'RetryJob'";
    private static final Duration SOON = Duration.ofSeconds(10);

    private TestDatabase database;
    private Database pool;

    @BeforeEach
    void create() {
        database = TestDatabase.create();
        pool = database.open();
    }

    @AfterEach
    void drop() {
        pool.close();
        database.close();
    }

    @Test
    void one_trigger_serves_all_tasks_of_one_moment() {
        try (TestServer server = TestServer.start(database)) {
            String runAt = Instant.now().plusSeconds(60).toString();
            server.submitMany(1000, "{\"action_name\":\"echo\",\"action_params\":{},\"run_at\":\"" + runAt + "\"}");

            Eventually.within(SOON, () -> assertThat(triggers()).isEqualTo(1));
        }
        assertThat(triggers()).isEqualTo(1);
    }

    @Test
    void a_second_has_at_most_twenty_moments() {
        try (TestServer server = TestServer.start(database)) {
            StringBuilder tasks = new StringBuilder();
            for (int i = 0; i < 1000; i++) {
                tasks.append(i == 0 ? "" : ",")
                        .append("{\"action_name\":\"echo\",\"action_params\":{},\"delay_seconds\":")
                        .append(60 + i % 997 * 0.002)
                        .append('}');
            }
            server.post("/api/v1/tasks/batch", "{\"tasks\":[" + tasks + "]}").is(201);

            Eventually.within(SOON, () -> assertThat(lastTrigger()).isPositive());
        }
        System.out.printf("1,000 tasks due within 2 s: %d triggers%n", triggers());
        assertThat(triggers()).isBetween(1L, 41L);
    }

    @Test
    void a_slot_that_two_nodes_arm_has_one_trigger() throws InterruptedException {
        RetryJob job = new RetryJob(() -> {}, slot -> {});
        try (ClusteredQuartz first = new ClusteredQuartz(pool, "first");
                ClusteredQuartz second = new ClusteredQuartz(pool, "second")) {
            first.add(job);
            second.add(job);
            Instant soon = Instant.now().plusSeconds(60);
            CountDownLatch go = new CountDownLatch(1);
            Thread one = Thread.ofPlatform().start(() -> armTwenty(first, job, soon, go));
            Thread other = Thread.ofPlatform().start(() -> armTwenty(second, job, soon, go));
            go.countDown();
            one.join();
            other.join();
        }

        assertThat(triggers()).isEqualTo(20);
    }

    private static void armTwenty(ClusteredQuartz quartz, RetryJob job, Instant at, CountDownLatch go) {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (int slot = 0; slot < 20; slot++) {
            quartz.once(job, slot, at);
        }
    }

    @Test
    void two_nodes_of_one_jvm_are_two_members_of_the_cluster() {
        try (ClusteredQuartz first = new ClusteredQuartz(pool, "first");
                ClusteredQuartz second = new ClusteredQuartz(pool, "second")) {
            first.start();
            second.start();

            Eventually.within(
                    SOON,
                    () -> assertThat(Sql.number(database, "select count(*) from quartz.qrtz_scheduler_state"))
                            .isEqualTo(2));
        }
    }

    @Test
    void a_task_whose_trigger_is_missing_is_woken_by_the_tick() {
        try (TestServer server = TestServer.start(database)) {
            String id = server.submit("{\"action_name\":\"echo\",\"action_params\":{},\"delay_seconds\":2}");
            Eventually.within(SOON, () -> assertThat(triggers()).isPositive());
            Sql.update(database, """
                    with locked as materialized (
                        select from quartz.qrtz_locks where lock_name = 'TRIGGER_ACCESS' for update
                    ), simple as (
                        delete from quartz.qrtz_simple_triggers where trigger_group = 'RetryJob' and exists (select from locked)
                    )
                    delete from quartz.qrtz_triggers where trigger_group = 'RetryJob'""");

            server.await(id, "COMPLETED");

            long late = Sql.number(database, """
                    select 1000 * date_part('epoch', a.started_at - t.created_at) - 2000
                      from escapement.attempt a join escapement.task t on t.id = a.task_id""");
            System.out.printf("without its trigger: %d ms late%n", late);
            assertThat(late).isBetween(0L, 1500L);
        }
    }

    @Test
    void a_far_time_is_armed_by_the_reconciler_when_it_comes_near() {
        try (TestServer server = TestServer.start(database)) {
            server.submit("{\"action_name\":\"echo\",\"action_params\":{},\"delay_seconds\":3600}");
        }
        try (ClusteredQuartz quartz = new ClusteredQuartz(pool, "reconciling")) {
            RetryJob job = new RetryJob(() -> {}, slot -> {});
            quartz.add(job);
            try (RetryTriggers triggers = new RetryTriggers(quartz, job)) {
                triggers.start();
                ReconcilerJob reconciler = new ReconcilerJob(new DueStore(pool), triggers);
                reconciler.runOnce();
                assertThat(triggers()).as("an hour is far").isZero();

                Sql.update(database, "update escapement.live set run_at = now() + interval '50 s'");
                reconciler.runOnce();
                reconciler.runOnce();

                // the second look may round to the slot beside the first one's
                Eventually.within(SOON, () -> assertThat(triggers()).isBetween(1L, 2L));
                assertThat(Sql.number(database, """
                        select min(t.next_fire_time) - 1000 * date_part('epoch', max(l.run_at))
                          from quartz.qrtz_triggers t, escapement.live l where t.trigger_group = 'RetryJob'"""))
                        .as("fires when it is due, not before")
                        .isBetween(0L, 200L);
            }
        }
    }

    @Test
    void triggers_overdue_by_seconds_are_dropped_together() {
        overdue(Duration.ofSeconds(30));
    }

    @Test
    void triggers_overdue_by_an_hour_are_dropped_together() {
        overdue(Duration.ofHours(1));
    }

    private void overdue(Duration age) {
        AtomicInteger fires = new AtomicInteger();
        try (ClusteredQuartz quartz = new ClusteredQuartz(pool, "late")) {
            RetryJob job = new RetryJob(fires::incrementAndGet, slot -> quartz.forget(RetryJob.class, slot));
            quartz.add(job);
            arm(quartz, job, 500, age);
            assertThat(triggers()).isEqualTo(500);

            quartz.start();

            Eventually.within(
                    Duration.ofSeconds(20), () -> assertThat(triggers()).isZero());
        }
        System.out.printf("500 triggers overdue by %s: %d fires%n", age, fires.get());
        assertThat(fires.get()).isBetween(1, 20);
    }

    private static void arm(ClusteredQuartz quartz, RetryJob job, int triggers, Duration age) {
        long first = Instant.now().minus(age).toEpochMilli() / 50;
        for (int i = 0; i < triggers; i++) {
            quartz.once(job, first + i, Instant.ofEpochMilli((first + i) * 50));
        }
    }

    @Test
    void an_hour_that_was_missed_is_made_up_for_without_a_storm() {
        try (TestServer server = TestServer.start(database)) {
            server.submitMany(5000, "{\"action_name\":\"echo\",\"action_params\":{},\"delay_seconds\":3600}");
        }
        Sql.update(database, "update escapement.live set run_at = now() - random() * interval '1 hour'");
        try (ClusteredQuartz quartz = new ClusteredQuartz(pool, "gone")) {
            RetryJob job = new RetryJob(() -> {}, slot -> {});
            quartz.add(job);
            arm(quartz, job, 300, Duration.ofMinutes(30));
        }

        long from = System.nanoTime();
        try (TestServer server = TestServer.start(database)) {
            Eventually.within(
                    Duration.ofSeconds(30),
                    () -> assertThat(Sql.number(
                                    database, "select count(*) from escapement.ended where status = 'COMPLETED'"))
                            .isEqualTo(5000));
            long took = (System.nanoTime() - from) / 1_000_000;
            long running = Sql.number(database, """
                    select 1000 * date_part('epoch', max(ended_at) - min(started_at)) from escapement.attempt""");
            System.out.printf(
                    "5,000 tasks of a missed hour: all done %d ms after the start began, %d tasks/s once running%n",
                    took, 5_000_000 / Math.max(1, running));

            String id = server.submit("echo", "{}");
            server.await(id, "COMPLETED");
            Eventually.within(SOON, () -> assertThat(triggers()).isZero());
        }
        assertThat(Sql.number(database, "select count(*) from escapement.attempt"))
                .as("each once")
                .isEqualTo(5001);
        Verified.invariantsHold(database);
    }

    private long triggers() {
        return Sql.number(database, TRIGGERS);
    }

    /** Triggers that are armed and behind which none follows: the arming has come to its end. */
    private long lastTrigger() {
        return Sql.number(database, """
                select count(*) from quartz.qrtz_triggers
                 where trigger_group = 'RetryJob'
                   and next_fire_time >= (select 1000 * date_part('epoch', max(run_at)) from escapement.live)""");
    }
}
