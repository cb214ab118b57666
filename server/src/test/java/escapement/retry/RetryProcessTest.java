package escapement.retry;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.ServerProcess;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.Verified;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are killed while tasks wait. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RetryProcessTest {
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    @Test
    void a_server_killed_during_back_off_loses_no_retry() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            try (ServerProcess first = serve(database)) {
                first.submit(300, "{\"action_name\":\"fail\",\"action_params\":{\"times\":1}}");
                first.submit(50, "{\"action_name\":\"echo\",\"action_params\":{},\"delay_seconds\":3}");
                Eventually.within(
                        SOON,
                        () -> assertThat(Sql.number(
                                        database, "select count(*) from escapement.live where status = 'SCHEDULED'"))
                                .isEqualTo(350));
                first.kill9();
            }
            assertThat(Sql.number(database, "select count(*) from escapement.ended"))
                    .isZero();

            try (ServerProcess second = serve(database)) {
                Eventually.within(
                        SOON,
                        () -> assertThat(Sql.number(
                                        database, "select count(*) from escapement.ended where status = 'COMPLETED'"))
                                .isEqualTo(350));
                assertThat(second.isAlive()).isTrue();
            }
            assertThat(Sql.number(database, "select count(*) from escapement.attempt"))
                    .isEqualTo(650);
            Verified.invariantsHold(database);
        }
    }

    private ServerProcess serve(TestDatabase database) {
        return ServerProcess.in(folder)
                .on(database.address())
                .set("ESCAPEMENT_LEASE_SECONDS", "3")
                .start("serve")
                .waitReady();
    }
}
