package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.DatabaseAddress;
import escapement.migrations.EmbeddedPostgres;
import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Ledger;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server processes on one durable PostgreSQL, each behind a line of its own that can be made bad. */
final class FaultCluster implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FaultCluster.class);
    static final Duration LEASE = Duration.ofSeconds(6);
    static final Duration PATIENCE = Duration.ofSeconds(90);
    static final String TASK = task(50);

    private final Path folder;
    private final IntFunction<String[]> through;
    private final Duration lease;
    private final EmbeddedPostgres postgres;
    private final Ledger ledger;
    private final long seed = Long.getLong("faults.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<TcpProxy> lines = new ArrayList<>();
    private final List<ServerProcess> nodes = new java.util.concurrent.CopyOnWriteArrayList<>();

    /** Starts {@code count} nodes and waits until all answer. */
    FaultCluster(Path folder, int count, Map<String, String> postgresSettings) throws InterruptedException {
        this(folder, count, postgresSettings, LEASE, number -> new String[0]);
    }

    /** @param through what the JVM of each node is started by */
    FaultCluster(
            Path folder, int count, Map<String, String> postgresSettings, Duration lease, IntFunction<String[]> through)
            throws InterruptedException {
        this.folder = folder;
        this.lease = lease;
        this.through = through;
        log.info("faults with -Dfaults.seed={}", seed);
        if (!Files.exists(folder.resolve("data/pg"))) {
            PreparedData.copyInto(folder);
        }
        postgres = EmbeddedPostgres.start(
                EmbeddedPostgres.Options.in(folder.resolve("data")).withSettings(postgresSettings));
        ledger = new Ledger(folder.resolve("ledger"));
        for (int i = 0; i < count; i++) {
            lines.add(new TcpProxy(postgres.port()));
            nodes.add(serve(i));
        }
        try {
            nodes.forEach(ServerProcess::waitReady);
        } catch (AssertionError | RuntimeException e) {
            close(); // nobody else would
            throw e;
        }
    }

    static String task(int milliseconds) {
        return "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":%d}}".formatted(milliseconds);
    }

    private ServerProcess serve(int number) {
        String url = postgres.url()
                .replace(":" + postgres.port() + "/", ":" + lines.get(number).port() + "/");
        return ServerProcess.in(folder)
                .through(through.apply(number))
                .set("ESCAPEMENT_DATA_DIR", folder.resolve("node-" + number).toString())
                .on(new DatabaseAddress(
                        url + (url.contains("?") ? "&" : "?") + "sslmode=disable",
                        postgres.user(),
                        postgres.password()))
                .set("ESCAPEMENT_LEASE_SECONDS", Long.toString(lease.toSeconds()))
                .set("ESCAPEMENT_MAX_CONCURRENT_TASKS", "20")
                .serveWith(ledger);
    }

    /** All nodes; one that is started again takes its predecessor's place. */
    List<ServerProcess> nodes() {
        return nodes;
    }

    ServerProcess node(int number) {
        return nodes.get(number);
    }

    TcpProxy line(int number) {
        return lines.get(number);
    }

    EmbeddedPostgres postgres() {
        return postgres;
    }

    Ledger ledger() {
        return ledger;
    }

    Random random() {
        return random;
    }

    /** Past the lines. */
    Facts facts() {
        return new Facts(new DatabaseAddress(postgres.url(), postgres.user(), postgres.password()));
    }

    Load load() {
        return new Load(nodes, TASK, random, 0);
    }

    /** As many clients as it takes to offer that many tasks a minute, whatever each answer takes. */
    Load[] loads(int clients, int perMinute) {
        long pauseNanos = TimeUnit.MINUTES.toNanos(clients) / perMinute;
        return IntStream.range(0, clients)
                .mapToObj(_ -> new Load(nodes, TASK, random, pauseNanos))
                .toArray(Load[]::new);
    }

    /** Starts a node in place of a dead one. */
    void startAgain(int number) throws InterruptedException {
        nodes.get(number).kill9();
        nodes.set(number, serve(number).waitReady());
    }

    /** Starts whatever has died, without waiting: it may die again before it is ready. */
    void startDead() {
        for (int i = 0; i < nodes.size(); i++) {
            if (!nodes.get(i).isAlive()) {
                nodes.set(i, serve(i));
            }
        }
    }

    /** Waits until nothing is left to do, and asks whether anything was lost, or ended or ran more often than it may. */
    void settle(Load... loads) throws Exception {
        Map<String, String> acknowledged = new HashMap<>();
        for (Load load : loads) {
            acknowledged.putAll(load.stop());
        }
        Facts facts = facts();
        Eventually.within(PATIENCE, () -> assertThat(facts.live()).isZero());
        assertThat(loads)
                .as("answers other than success and 503")
                .allSatisfy(load -> assertThat(load.unexpected()).isEmpty());
        assertThat(facts.texts("select id from escapement.ended where status = 'COMPLETED'"))
                .doesNotHaveDuplicates()
                .containsAll(acknowledged.values());
        assertThat(acknowledged.values()).as("one task a key").doesNotHaveDuplicates();
        assertThat(ledger.endedTasks()).containsAll(acknowledged.values());
        assertThat(ledger.starts().stream()
                        .map(line -> line.task() + " attempt " + line.attempt())
                        .toList())
                .as("no attempt runs twice")
                .doesNotHaveDuplicates();
        Set<String> lost =
                Set.copyOf(facts.texts("select distinct task_id from escapement.attempt where outcome = 'LOST'"));
        assertThat(ledger.endsByTask().entrySet().stream()
                        .filter(entry -> entry.getValue() > 1 && !lost.contains(entry.getKey()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()))
                .as("ran to the end again without a lost attempt")
                .isEmpty();
        facts.invariantsHold();
        log.info("{} tasks acknowledged, each ended once; {} attempts lost", acknowledged.size(), lost.size());
    }

    @Override
    public void close() throws InterruptedException {
        for (ServerProcess node : nodes) {
            node.close();
        }
        lines.forEach(TcpProxy::close);
        postgres.close();
    }
}
