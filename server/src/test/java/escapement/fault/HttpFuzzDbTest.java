package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP door before odd, broken and slow requests. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class HttpFuzzDbTest {
    private static final Logger log = LoggerFactory.getLogger(HttpFuzzDbTest.class);
    private static final int LONG = Integer.getInteger("faults.requests", 50_000);

    private TestDatabase database;
    private TestServer server;

    @TempDir
    Path folder;

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
    void odd_requests_are_answered_and_never_break_the_server() {
        fuzz(Long.getLong("faults.seed", 9), 800, 300); // always the same ones, so that a build is as the one before
    }

    @Test
    @Tag("faults")
    void many_odd_requests_are_answered_and_never_break_the_server() {
        fuzz(Long.getLong("faults.seed", System.nanoTime()), LONG, LONG / 5);
    }

    private void fuzz(long seed, int structured, int raw) {
        HttpFuzz fuzz = new HttpFuzz(server, folder, seed);

        fuzz.structured(structured);
        fuzz.raw(raw);

        fuzz.leavesNoThread();
        server.get("/readyz").is(200);
        Verified.invariantsHold(database);
    }

    @Test
    void slow_clients_keep_nobody_else_waiting() {
        slow(20, 50);
    }

    @Test
    @Tag("faults")
    void those_who_send_a_request_byte_by_byte_are_hung_up_on() {
        try (SlowClients slow = new SlowClients(server.server().port(), 150)) {
            Eventually.within(Duration.ofMinutes(2), () -> {
                slow.drip();
                server.get("/api/v1/tasks?limit=1").is(200);
                assertThat(slow.sending()).isZero();
            });
        }
        slow(150, 1000);
        new HttpFuzz(server, folder, 1).leavesNoThread();
        server.get("/readyz").is(200);
    }

    private void slow(int each, int requests) {
        long alone = slowOf99(requests, () -> {});
        try (SlowClients slow = new SlowClients(server.server().port(), each)) {
            long beside = slowOf99(requests, slow::drip);
            log.info("99 of 100 requests within {} ms, beside {} slow clients {} ms", alone, 3 * each, beside);
            assertThat(beside).isLessThan(Math.max(500, 4 * alone)); // where others load the machine, all takes longer
        }
    }

    private long slowOf99(int requests, Runnable between) {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            if (i % 5 == 0) {
                between.run();
            }
            long from = System.nanoTime();
            server.get("/api/v1/tasks?limit=1").is(200);
            millis.add((System.nanoTime() - from) / 1_000_000);
        }
        Collections.sort(millis);
        return millis.get(requests * 99 / 100 - 1);
    }
}
