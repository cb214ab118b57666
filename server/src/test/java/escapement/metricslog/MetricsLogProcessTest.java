package escapement.metricslog;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Ledger;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics log of a server that is killed again and again while it writes. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class MetricsLogProcessTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    @Test
    void no_line_is_lost_or_doubled_by_kills() throws Exception {
        PreparedData.copyInto(folder);
        LogFiles files = LogFiles.in(folder.resolve("data"));
        int tasks = 0;
        for (int i = 0; i < KILLS; i++) {
            try (ServerProcess server = serve()) {
                int wanted = files.lines().size() + 300;
                while (files.lines().size() < wanted) {
                    server.submit(500, "{\"action_name\":\"echo\",\"confidence_score\":0.8}");
                    tasks += 500;
                }
                server.kill9();
            }
        }

        try (ServerProcess server = serve()) {
            int all = tasks;
            Facts facts = new Facts(server.embeddedDatabase());
            Eventually.within(SOON, () -> assertThat(facts.live()).isZero());
            long attempts = facts.number("select count(*) from escapement.attempt");
            assertThat(attempts).isGreaterThanOrEqualTo(all);
            Eventually.within(SOON, () -> assertThat(files.lines()).hasSizeGreaterThanOrEqualTo((int) attempts));

            List<String> readBack = new ArrayList<>();
            for (String name : files.names()) {
                String day = name.replaceAll("\\D", "");
                server.get("/api/v1/metrics-log/" + day).body().lines().forEach(readBack::add);
            }
            assertThat(files.lines()).containsExactlyInAnyOrderElementsOf(readBack);
            assertThat(files.lines()).hasSize((int) attempts);
            assertThat(folder.resolve("data/logs/escapement.log"))
                    .as("switched off")
                    .doesNotExist();
        }
    }

    private ServerProcess serve() {
        return ServerProcess.in(folder)
                .set("ESCAPEMENT_TEXT_LOG", "false")
                .serveWith(new Ledger(folder.resolve("ledger")))
                .waitReady();
    }
}
