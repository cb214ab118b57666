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

/** The HTTP door before odd, broken, slow and oversize requests. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class HttpFuzzDbTest {
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
    void a_body_that_is_too_large_is_refused_whole_or_in_pieces() {
        String head = "POST /api/v1/tasks HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n"
                .formatted(server.server().port());

        assertThat(server.rawAnswerTo(head + "Content-Length: 17000000\r\n\r\n{"))
                .startsWith("HTTP/1.1 413");
        assertThat(server.rawAnswerTo(head + "Content-Length: 1100000\r\n\r\n" + " ".repeat(1_100_000)))
                .startsWith("HTTP/1.1 413");
        server.get("/healthz").is(200);
    }

    @Test
    void slow_clients_keep_nobody_else_waiting() {
        slow(20, 20, 100);
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
        slow(150, 200, 1000);
        new HttpFuzz(server, folder, 1).leavesNoThread();
        server.get("/readyz").is(200);
    }

    private void slow(int each, int drips, int requests) {
        List<Long> millis = new ArrayList<>();
        try (SlowClients slow = new SlowClients(server.server().port(), each)) {
            for (int drip = 0; drip < drips; drip++) {
                slow.drip();
                for (int i = 0; i < requests / drips; i++) {
                    long from = System.nanoTime();
                    server.get("/api/v1/tasks?limit=1").is(200);
                    millis.add((System.nanoTime() - from) / 1_000_000);
                }
            }
        }
        Collections.sort(millis);
        assertThat(millis.get(millis.size() * 99 / 100 - 1)).isLessThan(500);
    }
}
