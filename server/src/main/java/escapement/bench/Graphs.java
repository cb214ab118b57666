package escapement.bench;

import escapement.Server;
import escapement.access.Principal;
import escapement.queue.Enqueuer;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import escapement.task.Submission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** How fast tasks follow each other that wait for each other. All are stored before the first may start. */
final class Graphs {
    private static final int LIMIT = 50;
    private static final int CHAIN = 1000;
    private static final int DIAMONDS = 100;
    private static final int DIAMOND = 1000;
    private static final int FAN = 100_000;
    private static final String TASK = "{\"action_name\":\"" + Probe.NAME + "\",\"dependencies\":[%s]}";

    private final BenchDatabase database;
    private final Nodes nodes;

    Graphs(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** Milliseconds from the start of each task of a chain to the start of the next, sorted. */
    double[] chain() throws Exception {
        List<Submission> chain = new ArrayList<>();
        for (int i = 0; i < CHAIN; i++) {
            chain.add(named("t" + i, i == 0 ? "" : "\"t" + (i - 1) + "\""));
        }
        run(CHAIN, new Probe(), enqueuer -> submit(enqueuer, chain)); // the compilers must have seen it once
        Probe probe = new Probe(true);
        run(CHAIN, probe, enqueuer -> submit(enqueuer, chain));
        long[] starts = probe.startTimes();
        double[] hops = new double[CHAIN - 1];
        for (int i = 0; i < hops.length; i++) {
            hops[i] = (starts[i + 1] - starts[i]) / 1e6;
        }
        Arrays.sort(hops);
        return hops;
    }

    /** Tasks per second of 100 graphs of 1,000: one task, 998 that wait for it, one that waits for these. */
    double diamonds() throws Exception {
        List<Submission> diamond = new ArrayList<>();
        diamond.add(named("top", ""));
        StringBuilder middle = new StringBuilder();
        for (int i = 0; i < DIAMOND - 2; i++) {
            diamond.add(named("m" + i, "\"top\""));
            middle.append(i == 0 ? "" : ",").append("\"m").append(i).append('"');
        }
        diamond.add(named("bottom", middle.toString()));
        return run(DIAMONDS * DIAMOND, new Probe(), enqueuer -> {
            for (int i = 0; i < DIAMONDS; i++) {
                submit(enqueuer, diamond);
            }
        });
    }

    /** Tasks per second of one task and 100,000 that wait for it. */
    double fanOut() throws Exception {
        return run(FAN + 1, new Probe(), enqueuer -> {
            long top = submit(enqueuer, List.of(named("top", ""))).getFirst();
            Submission leaf = Submission.alone(task("\"" + top + "\""));
            for (int stored = 0; stored < FAN; stored += Enqueuer.MAX_BATCH) {
                submit(enqueuer, Collections.nCopies(Enqueuer.MAX_BATCH, leaf));
            }
        });
    }

    /** Tasks per second of 100,000 tasks and one that waits for all of them. */
    double fanIn() throws Exception {
        return run(FAN + 1, new Probe(), enqueuer -> {
            List<Long> leaves = new ArrayList<>();
            Submission leaf = Submission.alone(task(""));
            for (int stored = 0; stored < FAN; stored += Enqueuer.MAX_BATCH) {
                leaves.addAll(submit(enqueuer, Collections.nCopies(Enqueuer.MAX_BATCH, leaf)));
            }
            String all = leaves.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(","));
            submit(enqueuer, List.of(Submission.alone(task(all))));
        });
    }

    /** @return tasks per second from the first start until none is open */
    private double run(int tasks, Probe probe, Stored stored) throws Exception {
        database.empty();
        database.hold();
        try (Server server = nodes.node(LIMIT, probe)) {
            stored.by(server.enqueuer()); // not started: it claims nothing
            database.settle();
            server.start();
            database.release();
            server.engine().wake();
            Await.until("the last start", () -> probe.starts() >= tasks);
            Await.until("the last end", () -> database.ended() >= tasks);
            double seconds = (System.nanoTime() - probe.firstStart()) / 1e9;
            database.expectEnded(tasks);
            return tasks / seconds;
        }
    }

    private static List<Long> submit(Enqueuer enqueuer, List<Submission> tasks) {
        return enqueuer.submit(Principal.LOCAL, tasks).stream()
                .map(Enqueuer.Accepted::id)
                .toList();
    }

    private static Submission named(String ref, String dependencies) {
        return new Submission(task(dependencies), ref, "");
    }

    private static NewTask task(String dependencies) {
        return NewTaskReader.read(TASK.formatted(dependencies));
    }

    private interface Stored {
        void by(Enqueuer enqueuer);
    }
}
