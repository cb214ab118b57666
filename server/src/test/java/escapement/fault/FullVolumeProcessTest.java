package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PostgreSQL's volumes run full and are given room again. */
@Tag("faults")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FullVolumeProcessTest {
    private static final Logger log = LoggerFactory.getLogger(FullVolumeProcessTest.class);
    private static final Duration PATIENCE = FaultCluster.PATIENCE;
    private static final Map<String, String> SMALL = Map.of("max_wal_size", "64MB", "min_wal_size", "32MB");

    @TempDir
    Path folder;

    private Path volume;

    @AfterEach
    void unmount() throws Exception {
        if (volume != null) {
            Installed.unmount(volume);
        }
    }

    @Test
    void a_full_data_volume_is_a_brown_out_that_burns_no_attempt() throws Exception {
        mount(folder.resolve("data"), 400);
        PreparedData.copyInto(folder);
        move(folder.resolve("data/pg/pg_wal"), folder.resolve("wal"));
        try (FaultCluster cluster = new FaultCluster(folder, 3, SMALL);
                Load load = cluster.load()) {
            Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(100));

            Path ballast = fill();
            String large =
                    "{\"action_name\":\"echo\",\"action_params\":{\"value\":\"" + noise(cluster, 200_000) + "\"}}";
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(
                                    cluster.node(0).post("/api/v1/tasks", large).statusCode())
                            .isEqualTo(503));
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(cluster.node(0).get("/readyz").body()
                                    + cluster.node(1).get("/readyz").body()
                                    + cluster.node(2).get("/readyz").body())
                            .contains("takes no changes"));
            assertThat(cluster.postgres().isAlive()).isTrue();
            Files.delete(ballast);

            awaitWork(cluster, load);
            cluster.settle(load);
            assertThat(
                            cluster.facts()
                                    .number(
                                            "select count(*) from escapement.attempt where outcome not in ('SUCCEEDED', 'LOST')"))
                    .as("attempts burned")
                    .isZero();
        }
    }

    @Test
    void a_full_wal_volume_stops_postgresql_and_costs_nothing_that_was_acknowledged() throws Exception {
        mount(folder.resolve("wal"), 120);
        PreparedData.copyInto(folder);
        move(folder.resolve("data/pg/pg_wal"), folder.resolve("wal/pg_wal"));
        try (FaultCluster cluster = new FaultCluster(folder, 3, SMALL);
                Load load = cluster.load()) {
            Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(100));

            Path ballast = fill();
            Eventually.within(PATIENCE, () -> {
                if (cluster.postgres().isAlive()) {
                    cluster.facts().texts("select pg_switch_wal()");
                }
                assertThat(cluster.postgres().isAlive()).isFalse();
            });
            Eventually.within(PATIENCE, () -> assertThat(cluster.nodes()).noneMatch(ServerProcess::isReady));
            Files.delete(ballast);
            cluster.postgres().restart();

            awaitWork(cluster, load);
            cluster.settle(load);
        }
    }

    private static void awaitWork(FaultCluster cluster, Load load) {
        long from = System.nanoTime();
        int before = load.count();
        Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(before + 10));
        Eventually.within(PATIENCE, () -> assertThat(cluster.nodes()).allMatch(ServerProcess::isReady));
        log.info("all nodes work again {} ms after there was room", (System.nanoTime() - from) / 1_000_000);
    }

    // or PostgreSQL would make it small
    private static String noise(FaultCluster cluster, int letters) {
        return cluster.random()
                .ints(letters, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private void mount(Path where, int megabytes) throws IOException, InterruptedException {
        Installed.mount(where, megabytes);
        volume = where;
    }

    private static void move(Path from, Path to) throws IOException, InterruptedException {
        Files.createDirectories(to.getParent());
        assertThat(Installed.run("mv", from.toString(), to.toString())).isZero();
        Files.createSymbolicLink(from, to);
    }

    /** Leaves no room. @return the file that takes it */
    private Path fill() throws IOException {
        Path ballast = volume.resolve("ballast");
        FileStore store = Files.getFileStore(volume);
        byte[] some = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (store.getUsableSpace() > 0) {
                out.write(some);
            }
        } catch (IOException e) {
            log.info("full: {}", e.getMessage()); // somebody else took the last of it
        }
        return ballast;
    }
}
