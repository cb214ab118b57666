package escapement.drill;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.verify.Invariants;
import escapement.verify.Invariants.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Does one exercise, then asks whether anything was lost, or ended twice. For one thread. */
public final class Drill implements AutoCloseable {
    /** Nodes that are killed soon need no good code. */
    private static final List<String> SOON_THERE = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration DRAIN_PATIENCE = Duration.ofMinutes(30);
    private static final int LONG_TASKS = 12;
    private static final int LONG_MILLIS = 60_000;

    private final DrillOptions options;
    private final DatabaseAddress address;
    private final DrillStore store;
    private final DrillStore watching;
    private final Cluster cluster;
    private final Random random;
    private final Load load;
    private final Watch watch;
    private boolean sound = true;

    /** @param folder for what the nodes print and keep */
    public Drill(DrillOptions options, DatabaseAddress address, Path folder) throws SQLException {
        this.options = options;
        this.address = address;
        store = new DrillStore(address);
        watching = new DrillStore(address);
        cluster = new Cluster(
                address,
                folder,
                SOON_THERE,
                Map.of("ESCAPEMENT_LEASE_SECONDS", Long.toString(options.lease().toSeconds())));
        random = new Random(options.seed());
        load = new Load(cluster, options.rate(), options.millis(), options.seed());
        watch = new Watch(
                watching,
                cluster,
                load,
                options.exercise() == DrillOptions.Exercise.KILL ? Duration.ofSeconds(1) : Duration.ofSeconds(10));
    }

    /** @return whether nothing was lost or doubled, and all invariants hold */
    public boolean run() throws IOException, SQLException, InterruptedException {
        System.out.printf(
                "PostgreSQL %s and %d nodes, lease %d s; %d tasks/s of %d ms; seed %d%n",
                store.version(),
                options.nodes(),
                options.lease().toSeconds(),
                options.rate(),
                options.millis(),
                options.seed());
        cluster.start(options.nodes());
        load.start();
        switch (options.exercise()) {
            case KILL -> kill();
            case KILLS -> kills();
            case ROLLING -> rolling();
            case PIN -> pin();
        }
        settle();
        return sound;
    }

    private void kill() throws SQLException, InterruptedException {
        Thread.sleep(WARM_UP);
        Instant planned = store.now().plus(WARM_UP);
        watch.zero(planned);
        watch.start();
        awaitMoment(planned);
        int number = 1 + random.nextInt(cluster.size());
        NodeProcess victim = cluster.node(number);
        while (store.heldBy(victim.name()) == 0) { // there would be nothing to see
            pause();
        }
        victim.kill();
        Instant killedAt = store.now();
        long held = store.heldBy(victim.name());
        watch.note("node %d killed by kill -9, holding %d tasks".formatted(number, held));
        awaitMoment(store.leaseUntil(victim.name()).orElse(killedAt));
        watch.note("its lease has run out, after %s s".formatted(seconds(killedAt, store.now())));
        while (store.heldBy(victim.name()) > 0) {
            pause();
        }
        double[] again = awaitAgain(victim, killedAt);
        if (again.length > 0) {
            watch.note("all of them run again");
        }
        awaitMoment(store.now().plus(AFTERWARDS));
        watch.close();
        System.out.printf(Locale.ROOT, "%n%d tasks were taken from node %d", again.length, number);
        if (again.length > 0) {
            System.out.printf(
                    Locale.ROOT,
                    "; after the kill the first began again in %.1f s, 99 of 100 in %.1f s, the last in %.1f s",
                    again[0],
                    again[(int) Math.ceil(again.length * 0.99) - 1],
                    again[again.length - 1]);
        }
        System.out.println(".");
    }

    private double[] awaitAgain(NodeProcess victim, Instant killedAt) throws SQLException, InterruptedException {
        while (true) {
            Optional<double[]> again = store.beganAgain(victim.name(), killedAt);
            if (again.isPresent()) {
                return again.get();
            }
            pause();
        }
    }

    private void kills() throws IOException, InterruptedException {
        watch.start();
        for (int kill = 1; kill <= options.kills(); kill++) {
            awaitTasks((long) options.tasks() * kill / options.kills());
            // somewhere within the next tenth of a second: in a claim, an end, a submit, or between them
            Thread.sleep(random.nextInt(100));
            int number = 1 + random.nextInt(cluster.size());
            cluster.node(number).kill();
            cluster.startAgain(number);
            watch.note("kill " + kill + ": node " + number);
        }
        watch.close();
    }

    private void rolling() throws IOException, SQLException, InterruptedException {
        Instant from = store.now();
        watch.start();
        for (int n = 0; n < LONG_TASKS; n++) {
            load.submitOne("long-" + n, LONG_MILLIS);
        }
        Duration slowest = Duration.ZERO;
        for (int round = 0; round < options.rounds(); round++) {
            for (int number = 1; number <= cluster.size(); number++) {
                awaitMoment(store.now().plus(WARM_UP));
                Duration took = cluster.node(number).stop();
                slowest = took.compareTo(slowest) > 0 ? took : slowest;
                cluster.startAgain(number);
                watch.note(String.format(
                        Locale.ROOT, "node %d stopped within %.1f s, started again", number, took.toMillis() / 1000.0));
            }
        }
        awaitTasks(options.tasks());
        awaitMoment(store.now().plus(AFTERWARDS));
        watch.close();
        System.out.printf(
                Locale.ROOT,
                "%n%d nodes restarted, the slowest stop took %.1f s; the longest span without a start: %.1f s%n",
                cluster.size() * options.rounds(),
                slowest.toMillis() / 1000.0,
                store.longestPause(from, store.now()));
        tell("attempts used up by stops", store.usedUp());
        tell("tasks that waited for a lease to run out", store.rescued());
    }

    private void pin() throws SQLException, InterruptedException {
        watch.start();
        awaitMoment(store.now().plus(WARM_UP)); // the compilers warm up
        Instant from = store.now();
        awaitMoment(from.plusSeconds(40));
        Instant pinnedAt = store.now();
        store.pin();
        watch.note("a snapshot is pinned");
        awaitMoment(pinnedAt.plus(options.pin()));
        Instant until = store.now();
        store.unpin();
        watch.note("the snapshot is gone");
        awaitMoment(until.plusSeconds(40));
        Instant end = store.now();
        awaitMoment(end.plusSeconds(11));
        watch.close();
        double before = watch.endedPerSecond(from, pinnedAt);
        double pinned = watch.endedPerSecond(pinnedAt, until);
        double fewest = watch.fewestPerSecond(pinnedAt, until);
        System.out.printf(
                Locale.ROOT,
                "%ntasks ended a second: before %.0f, pinned for %d s %.0f (%.0f %%), in its worst 10 s %.0f (%.0f %%), after it %.0f%n",
                before,
                options.pin().toSeconds(),
                pinned,
                100 * pinned / before,
                fewest,
                100 * fewest / before,
                watch.endedPerSecond(until, end));
        if (fewest < before / 2) {
            sound = false;
        }
    }

    private void settle() throws SQLException, InterruptedException {
        load.close();
        System.out.printf("%n%d tasks acknowledged; waiting for their ends.%n", load.count());
        long deadline = System.nanoTime() + DRAIN_PATIENCE.toNanos();
        while (store.live() > 0 && System.nanoTime() - deadline < 0) {
            pause();
        }
        List<Long> acknowledged = load.acknowledged();
        tell(
                "errors seen by the client, which repeats as asked for",
                load.errors().size());
        load.errors().stream().limit(3).forEach(error -> System.out.println("       " + error));
        System.out.printf("       %d requests were repeated%n", load.repeats());
        tell("lost", store.notCompleted(acknowledged));
        tell(
                "doubled",
                store.endedTwice()
                        + acknowledged.size()
                        - acknowledged.stream().distinct().count()
                        + Math.max(0, store.submitted() - acknowledged.size()));
        tell("children missing or made twice, of " + store.children(), store.wronglyFollowed());
        System.out.printf("       %d attempts were lost with a node or given back, and made again%n", store.lost());
        verify();
    }

    private void verify() {
        try (Database database = Database.open(address, "verify", 1, Duration.ofMinutes(10))) {
            List<Finding> findings = new Invariants(database).check();
            List<Finding> broken =
                    findings.stream().filter(finding -> !finding.holds()).toList();
            broken.forEach(finding -> System.out.printf(
                    "BROKEN %s: %d times, for example %s%n",
                    finding.invariant(), finding.violations(), finding.example()));
            sound &= broken.isEmpty();
            System.out.printf(
                    "%s%n",
                    broken.isEmpty()
                            ? "verify: all " + findings.size() + " invariants hold."
                            : "Something is wrong: see ops/runbook.md, 'verify reports BROKEN'.");
        }
    }

    /** Says how often something happened that should not. */
    private void tell(String what, long times) {
        System.out.printf("%6d %s%n", times, what);
        sound &= times == 0;
    }

    private void awaitTasks(long tasks) throws InterruptedException {
        while (load.count() < tasks) {
            pause();
        }
    }

    private void awaitMoment(Instant moment) throws SQLException, InterruptedException {
        Duration left = Duration.between(store.now(), moment);
        if (left.isPositive()) {
            Thread.sleep(left);
        }
    }

    private static void pause() throws InterruptedException {
        Thread.sleep(LOOK_EVERY);
    }

    private static String seconds(Instant from, Instant to) {
        return String.format(Locale.ROOT, "%.1f", Duration.between(from, to).toMillis() / 1000.0);
    }

    /** Leaves no process behind, whatever else goes on. */
    public void killNodes() {
        cluster.close();
    }

    @Override
    public void close() throws SQLException {
        load.close();
        watch.close();
        cluster.close();
        watching.close();
        store.close();
    }
}
