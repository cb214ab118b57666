package escapement.bench;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/**
 * What this server gives to plain JDBC on one wide table: the least that a durable queue with a history can do, without
 * anything a product adds.
 *
 * <p>The statements have the shapes that this planner serves best; connections plan once, as ours do.
 */
public final class Floor implements AutoCloseable {
    private static final int BATCH = 500;
    private static final int DRAINED = 30_000;
    private static final int CLIENTS = 4;
    private static final double WARM_UP_SECONDS = 0.3;
    private static final double SECONDS = 1.2;
    private static final String PARAMS = "{\"value\":{\"ok\":true},\"note\":\"" + "x".repeat(165) + "\"}";

    private static final List<String> SCHEMA = List.of(
            "drop schema if exists bench_floor cascade",
            "create schema bench_floor",
            """
            create table bench_floor.task (
                id bigint generated always as identity primary key, status smallint not null default 0, queue text not null,
                kind text not null, priority smallint not null, risk smallint not null default 0, confidence numeric(7, 6),
                run_at timestamptz not null default now(), params jsonb not null, attempt integer not null default 0,
                max_attempts integer not null default 3, created_at timestamptz not null default now(), locked_by text,
                lease_until timestamptz, started_at timestamptz, finished_at timestamptz, error text, dedupe_key text,
                group_key text, trace_id text, version integer not null default 0)
            """,
            "create index task_ready on bench_floor.task (priority, run_at, id) where status = 0",
            """
            create table bench_floor.history (
                task_id bigint not null, at timestamptz not null default now(), attempt integer not null,
                outcome smallint not null, worker text, took_ms integer)
            """);
    // keeps the pages: the growth of files is not what is to be measured
    private static final List<String> CLEAR = List.of(
            "delete from bench_floor.task",
            "delete from bench_floor.history",
            "vacuum (truncate false) bench_floor.task",
            "vacuum (truncate false) bench_floor.history");

    private static final String INSERT =
            "insert into bench_floor.task (queue, kind, priority, params) values ('default', 'noop', 5, ?::jsonb)";
    private static final String INSERT_MANY = """
            insert into bench_floor.task (queue, kind, priority, params)
            select 'default', 'noop', u.priority, u.params::jsonb from unnest(?, ?) as u (priority, params)
            """;
    private static final String CLAIM = """
            update bench_floor.task
               set status = 1, locked_by = ?, lease_until = now() + interval '1 minute', started_at = now(),
                   attempt = attempt + 1, version = version + 1
             where id = any(array(select id from bench_floor.task where status = 0 and run_at <= now()
                                   order by priority, run_at, id for update skip locked limit %d))
            returning id, kind, params, attempt
            """;
    // the status is checked within a join clause: as a condition of its own it can lead to a scan per row
    private static final String COMPLETE = """
            update bench_floor.task t
               set status = 2, finished_at = now(), locked_by = null, lease_until = null, version = version + 1
              from unnest(?) as u (id)
             where t.id = u.id and u.id = case when t.status = 1 then t.id end
            """;
    private static final String HISTORY = """
            insert into bench_floor.history (task_id, attempt, outcome, worker, took_ms)
            select id, 1, 1, 'worker', 1 from unnest(?) as u (id)
            """;

    private final DatabaseAddress address;
    private final Connection connection;

    public Floor(DatabaseAddress address) throws SQLException {
        this.address = address;
        this.connection = Database.connect(address, "bench-floor");
        execute("set statement_timeout = 0");
        SCHEMA.forEach(this::execute);
    }

    public enum Kind {
        /** One row per commit, four clients. */
        SINGLE,
        /** 500 rows per commit, one client. */
        BULK,
        /** Claim 500, complete 500, write their history: three commits; one worker and two, the better of both. */
        DRAIN
    }

    /** A second of plain JDBC, in rows or tasks per second. */
    public double probe(Kind kind) throws Exception {
        CLEAR.forEach(this::execute);
        return switch (kind) {
            case SINGLE -> inserts();
            case BULK -> bulk();
            case DRAIN -> {
                double one = drain(1);
                CLEAR.forEach(this::execute);
                yield Math.max(one, drain(2));
            }
        };
    }

    /** Claim one, complete it, write its history: three commits. @return the median of 1,000, in milliseconds */
    double hopMillis() throws Exception {
        CLEAR.forEach(this::execute);
        try (PreparedStatement insert = connection.prepareStatement(INSERT_MANY);
                PreparedStatement claim = connection.prepareStatement(claim(1));
                PreparedStatement complete = connection.prepareStatement(COMPLETE);
                PreparedStatement history = connection.prepareStatement(HISTORY)) {
            insertMany(insert);
            insertMany(insert);
            claim.setString(1, "worker");
            double[] millis = new double[2 * BATCH];
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                finish(connection, claimed(claim), complete, history);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
            Arrays.sort(millis);
            return Results.quantile(millis, 0.5);
        }
    }

    private static String claim(int limit) {
        return CLAIM.formatted(limit);
    }

    private double inserts() throws Exception {
        List<Connection> connections = new ArrayList<>();
        try {
            List<Load.Call> calls = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Connection ofClient = Database.connect(address, "bench-floor");
                connections.add(ofClient);
                PreparedStatement insert = ofClient.prepareStatement(INSERT);
                insert.setString(1, PARAMS);
                calls.add(insert::executeUpdate);
            }
            return Load.rate(calls, WARM_UP_SECONDS, SECONDS);
        } finally {
            for (Connection ofClient : connections) {
                ofClient.close();
            }
        }
    }

    private double bulk() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_MANY)) {
            return Load.rate(List.of(() -> insertMany(insert)), WARM_UP_SECONDS, SECONDS) * BATCH;
        }
    }

    private static void insertMany(PreparedStatement insert) throws SQLException {
        short[] priorities = new short[BATCH];
        String[] params = new String[BATCH];
        for (int i = 0; i < BATCH; i++) {
            priorities[i] = (short) (i % 5);
        }
        Arrays.fill(params, PARAMS);
        PGConnection arrays = insert.getConnection().unwrap(PGConnection.class);
        insert.setArray(1, arrays.createArrayOf("int2", priorities));
        insert.setArray(2, arrays.createArrayOf("text", params));
        insert.executeUpdate();
    }

    private double drain(int workers) throws Exception {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_MANY)) {
            for (int i = 0; i < DRAINED; i += BATCH) {
                insertMany(insert);
            }
        }
        execute("analyze bench_floor.task");
        CyclicBarrier ready = new CyclicBarrier(workers + 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            List<Future<Integer>> working = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                Callable<Integer> worker = () -> work(ready);
                working.add(threads.submit(worker));
            }
            ready.await();
            long start = System.nanoTime();
            int tasks = 0;
            for (Future<Integer> worker : working) {
                tasks += worker.get();
            }
            return tasks * 1e9 / (System.nanoTime() - start);
        }
    }

    private int work(CyclicBarrier ready) throws Exception {
        try (Connection ofWorker = Database.connect(address, "bench-floor");
                PreparedStatement claim = ofWorker.prepareStatement(claim(BATCH));
                PreparedStatement complete = ofWorker.prepareStatement(COMPLETE);
                PreparedStatement history = ofWorker.prepareStatement(HISTORY)) {
            claim.setString(1, "worker");
            ready.await();
            int done = 0;
            while (true) {
                long[] ids = claimed(claim);
                if (ids.length == 0) {
                    return done;
                }
                finish(ofWorker, ids, complete, history);
                done += ids.length;
            }
        }
    }

    private static void finish(Connection ofWorker, long[] ids, PreparedStatement complete, PreparedStatement history)
            throws SQLException {
        Array array = ofWorker.unwrap(PGConnection.class).createArrayOf("int8", ids);
        complete.setArray(1, array);
        complete.executeUpdate();
        history.setArray(1, array);
        history.executeUpdate();
    }

    private static long[] claimed(PreparedStatement claim) throws SQLException {
        long[] ids = new long[BATCH];
        int count = 0;
        try (ResultSet row = claim.executeQuery()) {
            while (row.next()) {
                ids[count++] = row.getLong(1);
                row.getString(2);
                row.getString(3);
                row.getInt(4);
            }
        }
        return Arrays.copyOf(ids, count);
    }

    private void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the floor cannot be laid: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws SQLException {
        execute("drop schema bench_floor cascade");
        connection.close();
    }
}
