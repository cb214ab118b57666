package escapement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import escapement.access.AuditReport.Fault;
import escapement.access.AuditReport.Kind;
import escapement.db.Database;
import escapement.support.Answer;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever is done to the audit trail behind the server's back is found; what the server does is in order. */
class AuditTrailDbTest {
    private static final int TAMPERINGS = 1000;
    private static final int ROWS = 30;
    private static final int OF_OLDER_NODES = 3;

    private TestDatabase database;
    private Database pool;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
        pool = database.open();
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    @Test
    void an_empty_trail_is_in_order() {
        assertThat(check())
                .isEqualTo(new AuditReport(0, 0, new AuditHead(0, null, AuditChain.START), Optional.empty()));
    }

    @Test
    void every_one_of_a_thousand_random_tamperings_is_found() throws Exception {
        writeTrail();
        long seed = System.nanoTime();
        Tampering tampering = new Tampering(new Random(seed), ids("select id from escapement.audit order by id"));
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < TAMPERINGS; i++) {
                Sql.update(connection, "set local session_replication_role = replica"); // no triggers
                String done = tampering.next(connection);

                AuditReport report = new AuditCheck().check(connection);

                assertThat(report.fault())
                        .as("tampering %d of seed %d: %s", i, seed, done)
                        .isPresent();
                connection.rollback();
            }
            assertThat(new AuditCheck().check(connection).fault()).isEmpty();
        }
        assertThat(tampering.kinds()).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void what_was_done_is_named_with_the_row() throws Exception {
        writeTrail();
        List<Long> ids = chained();
        long tenth = ids.get(9);
        long last = ids.getLast();

        assertFound(Kind.CHANGED, "row " + tenth, "update escapement.audit set reason = 'nothing' where id = " + tenth);
        assertFound(
                Kind.DELETED,
                "row " + ids.get(10) + " does not follow row " + ids.get(8),
                "delete from escapement.audit where id = " + tenth);
        assertFound(
                Kind.TAIL_MISSING,
                "the last 2 are missing",
                "delete from escapement.audit where id >= " + ids.get(ids.size() - 2));
        assertFound(
                Kind.SWAPPED, "rows " + ids.get(4) + " and " + tenth, Tampering.swapContents(ids.get(4), tenth, true));
        assertFound(
                Kind.SWAPPED, "rows " + ids.get(4) + " and " + tenth, Tampering.swapContents(ids.get(4), tenth, false));
        assertFound(Kind.NOT_CHAINED, "row " + (last + 1), Tampering.copyUnchained(tenth, last + 1));
        assertFound(Kind.HEAD_CHANGED, "row " + last, "update escapement.audit_head set n = n + 1");
        assertFound(Kind.HEAD_CHANGED, "no row", "delete from escapement.audit_head");
    }

    @Test
    void the_server_itself_cannot_change_or_remove_a_row() {
        writeTrail();

        for (String sql : List.of(
                "update escapement.audit set reason = 'x'",
                "delete from escapement.audit",
                "truncate escapement.audit")) {
            assertThatThrownBy(() -> Sql.update(database, sql)).hasStackTraceContaining("append-only");
        }
    }

    @Test
    void a_row_of_an_older_node_is_reported_until_it_is_adopted_and_watched_from_then_on() throws Exception {
        Sql.update(database, Tampering.ofOlderNode("before the chain"));
        record("queue.hold", "mail");
        Sql.update(database, Tampering.ofOlderNode("beside the chain"));

        assertThat(check().fault().map(Fault::kind)).contains(Kind.NOT_CHAINED);
        new AuditKeeper(pool).runOnce();
        new AuditKeeper(pool).runOnce();

        assertThat(check().fault()).isEmpty();
        assertThat(check().adopted()).isEqualTo(2);
        assertThat(check().chained()).isEqualTo(2);
        assertFound(
                Kind.CHANGED,
                "after it was adopted",
                "update escapement.audit set target = 'other' where target = 'before the chain'");
        assertFound(Kind.DELETED, "adopted", "delete from escapement.audit where target = 'before the chain'");
    }

    @Test
    void the_log_tells_where_the_chain_stands() {
        record("queue.hold", "mail");
        Logger logger = (Logger) LoggerFactory.getLogger(AuditKeeper.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        try {
            new AuditKeeper(pool).runOnce();
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }

        AuditHead head = check().head();
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("audit head: 1 rows, last " + head.lastId() + ", hash " + head.hash());
        assertThat(Sql.texts(database, "select encode(hash, 'hex') from escapement.audit where id = ?", head.lastId()))
                .containsExactly(head.hash());
    }

    @Test
    void what_is_rolled_back_leaves_the_chain_unbroken() {
        record("queue.hold", "mail");
        assertThatThrownBy(() -> pool.inTransaction(tx -> {
                    new AuditStore().record(tx, Principal.LOCAL, "queue.hold", "lost", "because");
                    throw new IllegalStateException("on purpose");
                }))
                .hasMessage("on purpose");
        record("queue.release", "mail");

        assertThat(check().fault()).isEmpty();
        assertThat(check().chained()).isEqualTo(2);
    }

    @Test
    void changes_made_at_once_on_two_nodes_make_one_unbroken_chain() throws Exception {
        int clients = 8;
        int rounds = 10;
        try (TestServer one = TestServer.start(database);
                TestServer two = TestServer.start(database);
                ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                String queue = "q" + i;
                one.submit("{\"action_name\":\"echo\",\"queue\":\"" + queue + "\"}");
                TestServer node = i % 2 == 0 ? one : two;
                TestServer other = i % 2 == 0 ? two : one;
                running.add(threads.submit(() -> {
                    for (int round = 0; round < rounds; round++) {
                        hold(node, queue).is(201);
                        hold(other, queue).is(409);
                        release(other, queue).is(204);
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }
        }

        AuditReport report = check();
        assertThat(report.fault()).isEmpty();
        assertThat(report.chained()).isEqualTo(3L * clients * rounds);
        assertThat(Sql.number(database, "select count(*) from escapement.audit where outcome = 'REFUSED'"))
                .isEqualTo((long) clients * rounds);
    }

    private static Answer hold(TestServer node, String queue) {
        return node.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"" + queue + "\",\"reason\":\"at once\"}");
    }

    private static Answer release(TestServer node, String queue) {
        return node.send(HttpRequest.newBuilder(node.uri("/api/v1/holds/queue/" + queue))
                .DELETE()
                .build());
    }

    /** Rows of every kind: of older nodes and chained, with and without every value. */
    private void writeTrail() {
        for (int i = 0; i < OF_OLDER_NODES; i++) {
            Sql.update(database, Tampering.ofOlderNode("older " + i));
        }
        new AuditKeeper(pool).runOnce();
        Principal caller = Principal.LOCAL.from(new Origin("127.0.0.1", Origin.Via.API));
        for (int i = 0; i < ROWS; i++) {
            AuditChange change = i % 3 == 0
                    ? AuditChange.refused("task.cancel", "task " + i, "reason " + i)
                            .detail("{\"because\":\"ended\"}")
                    : AuditChange.done("queue.hold", "queue " + i, i % 3 == 1 ? null : "reason " + i)
                            .values(i % 2 == 0 ? null : "{\"n\":1.50}", "{\"n\":" + i + "}");
            Principal principal = i % 5 == 0 ? Principal.SERVER : caller;
            pool.inTransaction(tx -> {
                new AuditStore().record(tx, principal, change);
                return true;
            });
        }
        // or PostgreSQL would refuse new ids to those who tamper
        Sql.update(database, "alter table escapement.audit alter column id set generated by default");
        assertThat(check().fault()).isEmpty();
        assertThat(check().chained()).isEqualTo(ROWS + 1);
        assertThat(check().adopted()).isEqualTo(OF_OLDER_NODES);
    }

    private void assertFound(Kind kind, String words, String sql) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            Sql.update(connection, "set local session_replication_role = replica");
            assertThat(Sql.update(connection, sql)).as(sql).isPositive();

            Fault fault = new AuditCheck().check(connection).fault().orElseThrow();

            assertThat(fault.kind()).as(fault.sentence()).isEqualTo(kind);
            assertThat(fault.sentence()).contains(words);
        }
    }

    private List<Long> chained() {
        return ids("select id from escapement.audit where hash is not null order by id");
    }

    private List<Long> ids(String sql) {
        return Sql.texts(database, sql).stream().map(Long::valueOf).toList();
    }

    private AuditReport check() {
        return new AuditCheck().check(pool);
    }

    private void record(String operation, String target) {
        pool.inTransaction(tx -> {
            new AuditStore().record(tx, Principal.LOCAL, operation, target, "because");
            return true;
        });
    }
}
