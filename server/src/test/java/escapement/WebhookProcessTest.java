package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Inbox;
import escapement.support.ServerProcess;
import escapement.support.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node that is killed while it alerts the webhook. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WebhookProcessTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void what_a_killed_node_was_telling_is_told_by_the_next_and_nothing_is_lost() throws Exception {
        CountDownLatch killed = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.create();
                Inbox inbox = new Inbox()) {
            Facts facts = new Facts(database.address());
            inbox.answer(letter -> {
                awaitQuietly(killed);
                return 204;
            });
            String first;
            try (ServerProcess one = serve(database, inbox).waitReady()) {
                one.submit(3, "{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.4}");
                Eventually.within(SOON, () -> assertThat(inbox.letters()).isNotEmpty());
                Eventually.within(
                        SOON,
                        () -> assertThat(facts.number("select count(*) from escapement.webhook_delivery"))
                                .isEqualTo(3));
                first = inbox.letters().getFirst().delivery();
                one.kill9();
                assertThat(one.output() + one.errors()).doesNotContain("sesame").doesNotContain(inbox.address() + "");
            }
            int before = inbox.letters().size();
            killed.countDown();

            try (ServerProcess two = serve(database, inbox).waitReady()) {
                Eventually.within(
                        SOON,
                        () -> assertThat(facts.number("select count(*) from escapement.webhook_delivery"))
                                .isZero());
                assertThat(two.isAlive()).isTrue();
            }

            assertThat(inbox.letters()).hasSize(before + 3);
            assertThat(inbox.letters().get(before).delivery()).isEqualTo(first);
            assertThat(inbox.letters().stream().map(Inbox.Letter::delivery).distinct())
                    .hasSize(3);
            facts.invariantsHold();
        }
    }

    private ServerProcess serve(TestDatabase database, Inbox inbox) {
        return ServerProcess.in(folder)
                .on(database.address())
                .set("ESCAPEMENT_LEASE_SECONDS", "3")
                .set("ESCAPEMENT_WEBHOOK_URL", inbox.address().toString())
                .set("ESCAPEMENT_WEBHOOK_SECRET", "sesame")
                .start("serve");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
