package escapement.bench;

import escapement.Config;
import escapement.db.DatabaseAddress;
import escapement.migrations.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Runs the chosen measures for some rounds, each between two probes of the floor, and writes what they gave. */
public final class Bench implements AutoCloseable {
    private static final int GROWTH_LIMIT = 8;
    private static final int GATE_TASKS = 20_000;
    private static final int GATE_LIMIT = 50;

    private final BenchOptions options;
    private final BenchDatabase database;
    private final Floor floor;
    private final Nodes nodes;
    private final Results results = new Results();
    private int round;

    /** @param config the settings of a node that runs so many tasks at once */
    public Bench(IntFunction<Config> config, DatabaseAddress address, BenchOptions options) throws SQLException {
        this.options = options;
        database = new BenchDatabase(address);
        floor = new Floor(address);
        nodes = new Nodes(config, address);
    }

    /** @return where the report was written, without its ending */
    public Path run() throws Exception {
        System.out.printf("PostgreSQL %s, JDK %s, %s%n", database.version(), Runtime.version(), options);
        warmUp();
        for (round = 1; round <= options.rounds(); round++) {
            for (BenchOptions.Measure measure : options.measures()) {
                run(measure);
            }
        }
        return results.write(options.folder(), database.version());
    }

    private void run(BenchOptions.Measure measure) throws Exception {
        switch (measure) {
            case SUBMIT_SINGLE -> submitSingle();
            case SUBMIT_BULK -> submitBulk();
            case DRAIN -> drain();
            case NODES -> nodes();
            case PROCESSES -> processes();
            case IDLE -> idle();
            case FLOW -> flow();
            case LATENCY -> latency();
            case RETRY -> retry();
            case WORKFLOW -> workflow();
            case GROWTH -> growth();
            case GATE -> gate();
            case STATE -> state();
        }
    }

    // the compilers of both sides must have seen everything once before anything counts
    private void warmUp() throws Exception {
        for (int i = 0; i < 3; i++) {
            floor.probe(Floor.Kind.DRAIN);
        }
        floor.probe(Floor.Kind.SINGLE);
        floor.probe(Floor.Kind.BULK);
        for (int i = 0; i < 2; i++) {
            new Drain(database, nodes).run(10_000, 50);
        }
    }

    private void submitSingle() throws Exception {
        Submits submits = new Submits(database, nodes, options.seconds());
        beside("submit single, 4 callers", "tasks/s", Floor.Kind.SINGLE, submits::singleInProcess);
        beside("submit single, 4 clients, HTTP", "tasks/s", Floor.Kind.SINGLE, submits::singleOverHttp);
    }

    private void submitBulk() throws Exception {
        Submits submits = new Submits(database, nodes, options.seconds());
        beside("submit bulk 500, 1 caller", "tasks/s", Floor.Kind.BULK, submits::bulkInProcess);
        beside("submit bulk 500, 1 client, HTTP", "tasks/s", Floor.Kind.BULK, submits::bulkOverHttp);
    }

    private void drain() throws Exception {
        for (int tasks : options.tasks()) {
            for (int limit : options.limits()) {
                String name = "drain %,d, limit %d".formatted(tasks, limit);
                Drain drain = new Drain(database, nodes);
                beside(name, "tasks/s", Floor.Kind.DRAIN, () -> drain.run(tasks, limit));
                Cost cost = drain.cost();
                add(name + ": WAL", "B/task", cost.walBytes());
                add(name + ": CPU of the JVM", "us/task", cost.jvmMicros());
                add(name + ": CPU of PostgreSQL", "us/task", cost.postgresMicros());
                add(name + ": tables", "B/task", (double) database.tableBytes() / tasks);
            }
        }
    }

    /** The largest drain by several nodes in this process, each between two by one. */
    private void nodes() throws Exception {
        int tasks = options.tasks().getLast();
        int limit = options.limits().getLast();
        Drain drain = new Drain(database, nodes);
        for (int count : options.nodes()) {
            double before = drain.run(tasks, limit);
            double measured = drain.runBy(count, tasks, limit);
            double after = drain.run(tasks, limit);
            addBeside(
                    "drain %,d by %d nodes in one process; beside it one node".formatted(tasks, count),
                    "tasks/s",
                    measured,
                    (before + after) / 2);
        }
    }

    /** The largest drain by several processes, all after one by one process and before another. */
    private void processes() throws Exception {
        int tasks = options.tasks().getLast();
        int limit = options.limits().getLast();
        Path folder = Files.createTempDirectory("escapement-bench-nodes");
        Processes processes = new Processes(database, nodes, folder);
        try {
            double before = processes.drain(1, tasks, limit);
            List<Double> measured = new ArrayList<>();
            for (int count : options.processes()) {
                measured.add(processes.drain(count, tasks, limit));
            }
            double one = (before + processes.drain(1, tasks, limit)) / 2;
            for (int i = 0; i < measured.size(); i++) {
                addBeside(
                        "drain %,d by %d processes; beside it one"
                                .formatted(tasks, options.processes().get(i)),
                        "tasks/s",
                        measured.get(i),
                        one);
            }
        } finally {
            Folders.delete(folder);
        }
    }

    private void idle() throws Exception {
        Idle idle = new Idle(database, nodes, Duration.ofSeconds(options.flowSeconds()));
        idle.run();
        add("idle node: transactions", "1/s", idle.transactionsPerSecond());
        add("idle node: CPU of both sides", "% of a core", idle.percentOfCore());
        add("idle node: heap after a collection", "MiB", idle.heapMiB());
    }

    private void flow() throws Exception {
        Flow flow = new Flow(database, nodes);
        flow.run(options.rate(), options.flowSeconds());
        String name = "submit and drain at %,d/s for %d s".formatted(options.rate(), options.flowSeconds());
        add(name + ": submitted", "tasks/s", flow.submittedPerSecond());
        add(name + ": ended", "tasks/s", flow.endedPerSecond());
        add(name + ": open at the end", "tasks", flow.openAtEnd());
    }

    private void latency() throws Exception {
        Latency latency = new Latency(database, nodes, options.samples());
        addQuantiles("pick-up, same node", latency.sameNode());
        addQuantiles("pick-up, other node", latency.otherNode());
    }

    private void addQuantiles(String name, double[] sortedMillis) {
        add(name + ", p50", "ms", Results.quantile(sortedMillis, 0.50));
        add(name + ", p95", "ms", Results.quantile(sortedMillis, 0.95));
        add(name + ", p99", "ms", Results.quantile(sortedMillis, 0.99));
    }

    private void retry() throws Exception {
        add("2,000 tasks failing once, all done", "s", new Retries(database, nodes).run(2000));
    }

    private void workflow() throws Exception {
        Graphs graphs = new Graphs(database, nodes);
        double hop = floor.hopMillis();
        double[] hops = graphs.chain();
        addBeside("chain of 1,000, ms per hop, p50", "ms", Results.quantile(hops, 0.50), hop);
        addBeside("chain of 1,000, ms per hop, p99", "ms", Results.quantile(hops, 0.99), hop);
        beside("100 diamonds of 1,000", "tasks/s", Floor.Kind.DRAIN, graphs::diamonds);
        beside("fan-out of 100,000", "tasks/s", Floor.Kind.DRAIN, graphs::fanOut);
        beside("fan-in of 100,000", "tasks/s", Floor.Kind.DRAIN, graphs::fanIn);
        addQuantiles("a wait at another node hears of the end", new WaitLatency(database, nodes).otherNode());
    }

    private void growth() throws Exception {
        Drain drain = new Drain(database, nodes);
        double small = 10_000 / drain.run(10_000, GROWTH_LIMIT);
        double large = 20_000 / drain.run(20_000, GROWTH_LIMIT);
        add("time of 20,000 tasks / time of 10,000, limit 8", "times", large / small);
    }

    /** Drains of tasks that no rule applies to around drains of such that the gate has let pass: whoever comes later is warmer. */
    private void gate() throws Exception {
        Drain drain = new Drain(database, nodes);
        double free = drain.run(GATE_TASKS, GATE_LIMIT);
        double ruled = drain.run(GATE_TASKS, GATE_LIMIT, Nodes.RISKY_TASK);
        double ruledAgain = drain.run(GATE_TASKS, GATE_LIMIT, Nodes.RISKY_TASK);
        double freeAgain = drain.run(GATE_TASKS, GATE_LIMIT);
        addBeside(
                "drain 20,000 that passed the gate, limit 50; beside it those without a rule",
                "tasks/s",
                (ruled + ruledAgain) / 2,
                (free + freeAgain) / 2);
    }

    /** Each of the sizes as a file and back, and a drain of the first beside exports that follow each other. */
    private void state() throws Exception {
        State state = new State(database, nodes);
        for (int tasks : options.tasks()) {
            state.roundTrip(tasks);
            add("export %,d".formatted(tasks), "s", state.exportSeconds());
            add("export %,d: peak heap".formatted(tasks), "MiB", state.exportPeak());
            add("import %,d".formatted(tasks), "s", state.importSeconds());
            add("import %,d: peak heap".formatted(tasks), "MiB", state.importPeak());
        }
        int some = options.tasks().getFirst();
        double alone = new Drain(database, nodes).run(some, GATE_LIMIT);
        double beside = state.drainBesideExports(some, GATE_LIMIT);
        addBeside("drain %,d while exports are written; beside it alone".formatted(some), "tasks/s", beside, alone);
    }

    private void beside(String name, String unit, Floor.Kind kind, Value value) throws Exception {
        double before = floor.probe(kind);
        double measured = value.get();
        double after = floor.probe(kind);
        results.add(new Results.Sample(round, name, unit, measured, (before + after) / 2, Machine.load()));
    }

    private void add(String name, String unit, double value) {
        addBeside(name, unit, value, Double.NaN);
    }

    private void addBeside(String name, String unit, double value, double floor) {
        results.add(new Results.Sample(round, name, unit, value, floor, Machine.load()));
    }

    @Override
    public void close() throws SQLException {
        floor.close();
        database.close();
    }

    private interface Value {
        double get() throws Exception;
    }
}
