package escapement;

import escapement.access.AuditKeeper;
import escapement.access.AuditRefusals;
import escapement.access.AuditTrailStore;
import escapement.access.Sessions;
import escapement.access.Tokens;
import escapement.action.Actions;
import escapement.admin.ActionRoutes;
import escapement.admin.AdminServer;
import escapement.admin.ApprovalRoutes;
import escapement.admin.AuditRoutes;
import escapement.admin.CalibrationRoutes;
import escapement.admin.ControlRoutes;
import escapement.admin.EditRoutes;
import escapement.admin.ExplainRoutes;
import escapement.admin.GraphRoutes;
import escapement.admin.HoldRoutes;
import escapement.admin.MapRoutes;
import escapement.admin.MetricsLogRoutes;
import escapement.admin.MetricsRoutes;
import escapement.admin.ModeRoutes;
import escapement.admin.NodeMetrics;
import escapement.admin.NodeRoutes;
import escapement.admin.OperationRoutes;
import escapement.admin.OutcomeRoutes;
import escapement.admin.PolicyRoutes;
import escapement.admin.QueueStateRoutes;
import escapement.admin.Refusals;
import escapement.admin.ReportRoutes;
import escapement.admin.Routes;
import escapement.admin.TaskListRoutes;
import escapement.admin.TaskRoutes;
import escapement.admin.ThroughputRoutes;
import escapement.admin.TokenRoutes;
import escapement.calibration.ComparisonStore;
import escapement.calibration.SumKeeper;
import escapement.calibration.Verdicts;
import escapement.calibration.map.DriftJob;
import escapement.calibration.map.DriftWatch;
import escapement.calibration.map.Maps;
import escapement.calibration.map.NightlyFitJob;
import escapement.calibration.report.EvidenceStore;
import escapement.catalog.Catalog;
import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.db.Wakeups;
import escapement.follow.CompactionStore;
import escapement.follow.CountStore;
import escapement.follow.Follower;
import escapement.follow.JournalStore;
import escapement.follow.SpreadStore;
import escapement.follow.ThroughputStore;
import escapement.metricslog.LineStore;
import escapement.metricslog.LogImport;
import escapement.metricslog.LogWriter;
import escapement.node.ClockGuard;
import escapement.node.DatabaseProbe;
import escapement.node.NodeDescription;
import escapement.node.NodeLease;
import escapement.node.NodeListStore;
import escapement.quartz.ClusteredQuartz;
import escapement.queue.ApprovalListStore;
import escapement.queue.Approvals;
import escapement.queue.Cancellations;
import escapement.queue.DispatchJob;
import escapement.queue.DueMoments;
import escapement.queue.Edits;
import escapement.queue.Engine;
import escapement.queue.Enqueuer;
import escapement.queue.GateRounds;
import escapement.queue.Holds;
import escapement.queue.Modes;
import escapement.queue.Moved;
import escapement.queue.Names;
import escapement.queue.OperationRunner;
import escapement.queue.Operations;
import escapement.queue.Plans;
import escapement.queue.Policies;
import escapement.queue.PostponedMoves;
import escapement.queue.Quarantine;
import escapement.queue.Retries;
import escapement.queue.Tick;
import escapement.report.Reports;
import escapement.retry.DueStore;
import escapement.retry.ReconcilerJob;
import escapement.retry.RetryJob;
import escapement.retry.RetryTriggers;
import escapement.secret.Secrets;
import escapement.state.Exports;
import escapement.state.Imports;
import escapement.task.ListStore;
import escapement.task.TaskStore;
import escapement.task.Waits;
import escapement.watchdog.Housekeeping;
import escapement.watchdog.HousekeepingJob;
import escapement.watchdog.OldTransactions;
import escapement.watchdog.Retention;
import escapement.watchdog.RetentionJob;
import escapement.watchdog.StuckTriggers;
import escapement.webhook.Deliveries;
import escapement.workflow.GraphReader;
import escapement.workflow.explain.Explainer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node: the only place where its parts are connected, started and stopped. */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);
    private static final int WORK_CONNECTIONS = 10;
    private static final int LEASE_CONNECTIONS = 2;
    private static final int QUARTZ_CONNECTIONS = 3;
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration RECONCILE = Duration.ofSeconds(30);
    private static final Duration HOUSEKEEPING = Duration.ofHours(1);
    private static final Duration DRIFT = Duration.ofHours(1);
    private static final LocalTime FIT = LocalTime.of(3, 10); // UTC
    private static final Duration RETENTION = Duration.ofMinutes(10);

    private final Config config;
    private final Database work;
    private final Database leases;
    private final Database quartzPool;
    private final NodeLease lease;
    private final ClockGuard clock;
    private final DatabaseProbe probe;
    private final Engine engine;
    private final Enqueuer enqueuer;
    private final PostponedMoves postponedMoves;
    private final Policies policies;
    private final Maps maps;
    private final DriftWatch drift;
    private final GateRounds gate;
    private final Tick tick;
    private final Exports exports;
    private final Imports imports;
    private final Holds holds;
    private final Modes modes;
    private final Cancellations cancellations;
    private final Quarantine quarantine;
    private final OperationRunner operationRunner;
    private final Waits waits;
    private final Wakeups wakeups;
    private final Follower follower;
    private final LogWriter metricsLog;
    private final Deliveries deliveries;
    private final Housekeeping housekeeping;
    private final Retention retention;
    private final ClusteredQuartz quartz;
    private final StuckTriggers stuckTriggers;
    private final OldTransactions oldTransactions;
    private final RetryJob retryJob;
    private final RetryTriggers retryTriggers;
    private final ReconcilerJob reconciler;
    private final NodeMetrics metrics;
    private final Tokens tokens;
    private final AdminServer admin;
    private volatile boolean ready;

    /** Connects everything on a database whose schema fits; nothing runs before {@link #start}. */
    public Server(Config config, DatabaseAddress address, Actions actions) {
        this.config = config;
        Secrets secrets = secrets(config); // first: it may refuse, and nothing is open yet
        work = Database.open(address, "work", WORK_CONNECTIONS, Duration.ofSeconds(30));
        leases = Database.open(address, "lease", LEASE_CONNECTIONS, Duration.ofSeconds(8));
        quartzPool = Database.open(address, "quartz", QUARTZ_CONNECTIONS, Duration.ofSeconds(30));
        Names names = new Names(work);
        Catalog catalog = new Catalog(work, actions);
        lease = new NodeLease(leases, describe(config, actions, names), config.lease(), this::anythingReady);
        clock = new ClockGuard(this::restQuartz, this::startQuartz);
        probe = new DatabaseProbe(address, leases, lease, clock);
        follower = new Follower(work);
        enqueuer = new Enqueuer(work, names, config.claimOrder(), catalog, secrets, new Submitted());
        engine = new Engine(
                work,
                actions,
                names,
                catalog,
                secrets,
                config.maxConcurrentTasks(),
                lease::incarnation,
                lease::holds,
                enqueuer,
                this::ended,
                this::moved);
        postponedMoves = new PostponedMoves(work, enqueuer, this::moved);
        gate = new GateRounds(work, enqueuer, this::moved);
        policies = new Policies(work, names, gate::poke);
        maps = new Maps(work, policies, Version.current());
        drift = new DriftWatch(work, policies);
        cancellations = new Cancellations(work, enqueuer, this::anythingReady, this::moved);
        quarantine = new Quarantine(work, lease::dead, enqueuer, this::moved);
        Retries retries = new Retries(work, config.claimOrder(), enqueuer, this::moved);
        operationRunner = new OperationRunner(work, cancellations, retries, config.claimOrder(), this::moved);
        waits = new Waits(work);
        holds = new Holds(work, this::stopsChanged);
        modes = new Modes(work, this::stopsChanged);
        JournalStore journal = new JournalStore(work);
        metricsLog = new LogWriter(work, journal, config.dataDir().resolve("metrics"), lease::incarnation);
        tick = new Tick(
                work,
                holds,
                cancellations,
                quarantine,
                gate,
                postponedMoves,
                operationRunner,
                new DueMoments(work, enqueuer, this::moved),
                this::anythingReady);
        deliveries = new Deliveries(work, config.webhook().orElse(null));
        housekeeping = new Housekeeping(
                work, journal, new CompactionStore(work), new AuditKeeper(work), deliveries, new SumKeeper(work));
        retention = new Retention(work, config.keep());
        quartz = new ClusteredQuartz(quartzPool, lease.nodeName());
        stuckTriggers = new StuckTriggers(work);
        oldTransactions = new OldTransactions(work);
        retryJob = new RetryJob(tick::whenDue, this::forgetRetriesBefore);
        retryTriggers = new RetryTriggers(quartz, retryJob);
        reconciler = new ReconcilerJob(new DueStore(work), retryTriggers);
        metrics = new NodeMetrics(
                lease.nodeName(),
                engine,
                deliveries,
                quarantine,
                clock,
                stuckTriggers,
                oldTransactions,
                new ComparisonStore(work));
        tokens = new Tokens(work);
        exports = new Exports(work);
        imports = new Imports(work, enqueuer, catalog);
        AuditRefusals refused = new AuditRefusals(work);
        Edits edits =
                new Edits(work, catalog, secrets, config.claimOrder(), enqueuer, this::moved, retryTriggers::dueAt);
        admin = new AdminServer(
                routes(catalog, retries, edits, new Plans(work, actions, catalog, secrets), new Refusals(refused)),
                journal,
                refused,
                config.admission(),
                tokens,
                new Sessions(work, tokens),
                config.adminUiDir(),
                this::whyNotReady,
                probe::answers);
        wakeups = new Wakeups(address, engine::ready, this::obeyStops); // last: it calls at once
    }

    private List<Routes> routes(Catalog catalog, Retries retries, Edits edits, Plans plans, Refusals refusals) {
        TaskStore tasks = new TaskStore(work);
        CountStore counts = new CountStore(work);
        return List.of(
                new TokenRoutes(tokens, refusals),
                new TaskListRoutes(new ListStore(work), counts),
                new TaskRoutes(enqueuer, tasks),
                new ControlRoutes(cancellations, retries, waits, tasks, refusals),
                new EditRoutes(edits, tasks, refusals),
                new ApprovalRoutes(
                        new Approvals(work, enqueuer, this::moved),
                        new ApprovalListStore(work),
                        plans,
                        edits,
                        tasks,
                        refusals),
                new OutcomeRoutes(new Verdicts(work), tasks, refusals),
                new PolicyRoutes(policies, refusals),
                new MapRoutes(maps, drift, refusals),
                new OperationRoutes(new Operations(work, operationRunner::poke), refusals),
                new ThroughputRoutes(new ThroughputStore(work)),
                new NodeRoutes(new NodeListStore(work, config.lease())),
                new MetricsRoutes(
                        counts,
                        new SpreadStore(work),
                        metrics,
                        modes,
                        holds,
                        drift,
                        config.admission().login()),
                new ActionRoutes(catalog),
                new ExplainRoutes(new Explainer(work)),
                new GraphRoutes(new GraphReader(work)),
                new HoldRoutes(holds, modes, refusals),
                new ModeRoutes(modes, holds, counts, refusals),
                new AuditRoutes(new AuditTrailStore(work)),
                new ReportRoutes(new Reports(work)),
                new MetricsLogRoutes(new LineStore(work), new LogImport(work)),
                new CalibrationRoutes(new EvidenceStore(work)),
                new QueueStateRoutes(exports, imports));
    }

    private static Secrets secrets(Config config) {
        try {
            return new Secrets(config.secrets());
        } catch (IllegalArgumentException e) {
            throw new SettingException(Setting.KEY_FILE.variable() + ": " + e.getMessage());
        }
    }

    private static NodeDescription describe(Config config, Actions actions, Names names) {
        List<Short> numbers = actions.names().stream().map(names::action).toList();
        return new NodeDescription(
                NodeDescription.newName(host()),
                Version.current(),
                config.maxConcurrentTasks(),
                numbers.toArray(Short[]::new),
                config.database().isEmpty(),
                config.webhook().isPresent());
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "node"; // the random part of the name tells nodes apart
        }
    }

    /** Starts the node; when this returns it runs tasks and answers requests. */
    public void start() {
        if (config.dryRun()) {
            policies.dryRunUnlessChosen();
        }
        lease.start(); // first: what follows may take longer than a lease on a busy machine
        waits.start();
        admin.start(config.bind(), config.port());
        lease.rescueNow();
        follower.start();
        modes.startWith(config.mode());
        engine.start();
        operationRunner.start();
        deliveries.start();
        if (config.metricsLog()) {
            metricsLog.start();
        }
        quartz.every(TICK, new DispatchJob(tick::everySecond));
        quartz.add(retryJob);
        quartz.every(RECONCILE, reconciler);
        quartz.every(HOUSEKEEPING, new HousekeepingJob(housekeeping));
        quartz.every(DRIFT, new DriftJob(drift));
        quartz.nightly(FIT, new NightlyFitJob(maps));
        quartz.every(RETENTION, new RetentionJob(retention));
        probe.start();
        startQuartz();
        stuckTriggers.start();
        oldTransactions.start();
        retryTriggers.start();
        housekeeping.runOnce(); // or partitions, and the audit rows of older nodes, would wait for its hour
        ready = true;
        log.info("node {} runs as incarnation {}", lease.nodeName(), lease.incarnation());
    }

    private void startQuartz() {
        if (clock.isRight()) {
            quartz.start();
        }
    }

    private void restQuartz() {
        quartz.rest();
    }

    private Optional<String> whyNotReady() {
        if (!ready) {
            return Optional.of("it starts or stops");
        }
        if (!probe.answers()) {
            return Optional.of("the database does not answer");
        }
        if (!lease.holds(lease.incarnation())) {
            return Optional.of("it has lost its lease");
        }
        if (work.brownOut().isOn() || leases.brownOut().isOn()) {
            return Optional.of("the database takes no changes");
        }
        return clock.isRight() ? Optional.empty() : Optional.of("this machine's clock is " + clock.inWords());
    }

    public int port() {
        return admin.port();
    }

    /** As the list of nodes has it. */
    public String nodeName() {
        return lease.nodeName();
    }

    /** What it answers over HTTP, as {@code GET /api/v1/tasks/{id}}. */
    public List<String> routes() {
        return admin.routes();
    }

    public Tokens tokens() {
        return tokens;
    }

    public Enqueuer enqueuer() {
        return enqueuer;
    }

    public Maps maps() {
        return maps;
    }

    public DriftWatch drift() {
        return drift;
    }

    public Exports exports() {
        return exports;
    }

    public Imports imports() {
        return imports;
    }

    public Engine engine() {
        return engine;
    }

    private final class Submitted implements Enqueuer.SubmitListener {
        @Override
        public void ready(long firstClaimOrder) {
            engine.ready(firstClaimOrder);
            wakeups.announce(firstClaimOrder);
            follower.poke();
        }

        @Override
        public void dueIn(Duration delay) {
            retryTriggers.dueIn(delay);
        }

        @Override
        public void dueAt(Instant time) {
            retryTriggers.dueAt(time);
        }

        @Override
        public void moved(Moved moved) {
            Server.this.moved(moved);
        }
    }

    private void ended(Engine.Ended batch) {
        follower.poke();
        metricsLog.poke();
        waits.poke();
        batch.dueIn().forEach(retryTriggers::dueIn);
        if (batch.anyReady()) {
            anythingReady();
        }
    }

    private void moved(Moved moved) {
        waits.poke();
        moved.dueAt().forEach(retryTriggers::dueAt);
        if (moved.anyReady()) {
            gate.poke();
            anythingReady();
        }
        if (moved.anyPostponed()) {
            postponedMoves.poke();
        }
    }

    private void anythingReady() {
        engine.wake();
        wakeups.announce();
        follower.poke();
    }

    /** On every node, when holds or the mode changed. */
    private void obeyStops() {
        engine.stopsChanged();
        engine.wake(); // what was released may be claimed
        admin.stopsChanged();
    }

    private void stopsChanged() {
        obeyStops();
        wakeups.announceStops();
    }

    private void forgetRetriesBefore(long slot) {
        quartz.forget(RetryJob.class, slot);
    }

    /**
     * Stops in the order that loses nothing: start no task, refuse requests, fire no more, finish tasks, and give up the
     * lease last, for until then nobody may take what this node still writes.
     */
    @Override
    public void close() {
        ready = false;
        log.info(
                "stopping: no new tasks, running ones have {} s", config.drain().toSeconds());
        engine.stopClaiming(); // first: the server of requests and Quartz may take seconds to close
        operationRunner.close();
        admin.close();
        retryTriggers.close();
        stuckTriggers.close();
        oldTransactions.close();
        probe.close();
        quartz.close();
        engine.drain(config.drain());
        gate.close();
        postponedMoves.close();
        deliveries.close();
        metricsLog.close();
        wakeups.close();
        waits.close();
        follower.close();
        metrics.close();
        lease.close();
        quartzPool.close();
        leases.close();
        work.close();
    }
}
