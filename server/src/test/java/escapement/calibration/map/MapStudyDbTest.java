package escapement.calibration.map;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.access.Principal;
import escapement.support.Recorder;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the maps are for: fewer bad tasks pass the gate, the fewer the more is known. */
class MapStudyDbTest {
    private static final Logger log = LoggerFactory.getLogger(MapStudyDbTest.class);
    private static final int SEEDS = 30;
    private static final int TASKS = 500;
    private static final double THRESHOLD = 0.8;
    private static final double CLEARLY_BAD = 0.78;

    @Test
    void over_30_seeds_raw_confidences_approve_more_bad_tasks_than_calibrated_ones_and_these_more_than_their_bounds() {
        try (TestDatabase database = TestDatabase.create();
                TestServer server = TestServer.start(database, new Recorder().actions())) {
            double[] stated = submit(server);

            double raw = bad(server, "raw", stated);
            double[] point = new double[3];
            double[] lower = new double[3];
            int[] sizes = {50, 200, 1000};
            for (int i = 0; i < sizes.length; i++) {
                for (int seed = 0; seed < SEEDS; seed++) {
                    World.forget(database);
                    World.OVER_CONFIDENT.count(database, "record", sizes[i], 20, 1000L * seed + sizes[i]);
                    publish(server.server().maps());
                    point[i] += bad(server, "calibrated", stated) / SEEDS;
                    lower[i] += bad(server, "calibrated_lower", stated) / SEEDS;
                }
                log.info(
                        "share of tasks approved at {} that come true in less than {}: n {}, raw {}, calibrated {}, lower bound {}",
                        THRESHOLD,
                        CLEARLY_BAD,
                        sizes[i],
                        raw,
                        point[i],
                        lower[i]);
            }

            assertThat(raw).isGreaterThan(point[0]);
            for (int i = 0; i < sizes.length; i++) {
                assertThat(point[i]).as("n %d", sizes[i]).isGreaterThan(lower[i]);
            }
            assertThat(point[0]).isGreaterThan(point[1]);
            assertThat(point[1]).isGreaterThan(point[2]);
            assertThat(lower[0]).isGreaterThan(lower[1]);
            assertThat(lower[1]).isGreaterThanOrEqualTo(lower[2]); // some thousandths at most
        }
    }

    /** Tasks that wait for tomorrow. @return how sure of them their submitters are, from the least on */
    private static double[] submit(TestServer server) {
        Random random = new Random(1);
        TreeSet<Long> distinct = new TreeSet<>();
        while (distinct.size() < TASKS) {
            distinct.add(Math.round(World.stated(random) * 1e6));
        }
        StringBuilder tasks = new StringBuilder();
        distinct.forEach(c6 -> tasks.append(tasks.isEmpty() ? "" : ",")
                .append(
                        "{\"action_name\":\"record\",\"risk_level\":\"HIGH\",\"delay_seconds\":86400,\"confidence_score\":")
                .append(c6 / 1e6)
                .append('}'));
        server.post("/api/v1/tasks/batch", "{\"tasks\":[" + tasks + "]}").is(201);
        return distinct.stream().mapToDouble(c6 -> c6 / 1e6).toArray();
    }

    private static void publish(Maps maps) {
        for (Maps.Fit fit : maps.fit(Principal.LOCAL)) {
            if (fit.isChanged() && fit.version() != null) {
                assertThat(maps.publish(Principal.LOCAL, fit.version(), "study"))
                        .isInstanceOf(Maps.Change.Done.class);
            }
        }
    }

    /** Of all tasks, the share that the gate lets run and that come true too seldom. Maps only rise: those let run are the surest. */
    private static double bad(TestServer server, String statistic, double[] stated) {
        var preview = server.post("/api/v1/policy/preview", """
                        {"rules":[{"risk_level":"HIGH","minimum_confidence":%s,"statistic":"%s"}]}""".formatted(THRESHOLD, statistic))
                .is(200)
                .json();
        int held = preview.path("held").intValue();
        assertThat(preview.path("waiting").intValue()).isEqualTo(TASKS);
        int bad = 0;
        for (int i = held; i < TASKS; i++) {
            bad += World.OVER_CONFIDENT.truth().applyAsDouble(stated[i]) < CLEARLY_BAD ? 1 : 0;
        }
        return (double) bad / TASKS;
    }
}
