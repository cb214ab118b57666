package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.ServerProcess;
import escapement.support.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example that the README names, as a newcomer runs it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ExampleProcessTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void the_example_runs_real_work_on_real_input_with_one_command() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                ServerProcess server = ServerProcess.in(folder)
                        .on(database.address())
                        .set("ESCAPEMENT_EXAMPLE", "true")
                        .set(
                                "ESCAPEMENT_COMMANDS",
                                ROOT.resolve("ops/examples/commands.json").toString())
                        .start("serve")
                        .waitReady()) {
            Process example = new ProcessBuilder("sh", "ops/examples/run.sh", server.address())
                    .directory(ROOT.toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(example.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

            assertThat(example.waitFor()).as(said).isZero();
            List<String> lines = said.lines().toList();
            assertThat(lines).as(said).hasSize(6);
            assertThat(lines.subList(0, 5)).allSatisfy(line -> assertThat(line).startsWith("COMPLETED"));
            assertThat(lines.get(0)).contains("1 attempt(s)", "Sum up the stock's counts", "\"output\":");
            assertThat(lines.get(3)).contains("2 attempt(s)", "ready");
            assertThat(lines.get(4)).contains("1 attempt(s)", "\"status\":");
            assertThat(lines.get(5)).isEqualTo("See them at " + server.address() + "/");
        }
    }
}
