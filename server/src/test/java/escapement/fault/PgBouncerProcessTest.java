package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.DatabaseAddress;
import escapement.migrations.EmbeddedPostgres;
import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Behind Debian's PgBouncer: a node works where it can, and says why where it cannot. */
@Tag("faults")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PgBouncerProcessTest {
    private static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private EmbeddedPostgres postgres;
    private Process bouncer;

    @BeforeEach
    void start() {
        Installed.assume(PGBOUNCER, "pgbouncer");
        PreparedData.copyInto(folder);
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(folder.resolve("data")));
    }

    @AfterEach
    void stop() throws Exception {
        if (bouncer != null) {
            bouncer.destroyForcibly().waitFor();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void one_that_hands_connections_on_between_transactions_is_refused_at_the_start() throws Exception {
        assertThat(refusal(behind("transaction", "extra_float_digits,options")))
                .contains("pooler that hands connections on between transactions", "ESCAPEMENT_DATABASE_URL");
    }

    @Test
    void one_that_refuses_the_settings_of_a_session_is_named_as_the_reason() throws Exception {
        assertThat(refusal(behind("session", "extra_float_digits")))
                .contains(
                        "a pooler stands before the database", "ESCAPEMENT_DATABASE_URL", "ignore_startup_parameters");
    }

    @Test
    void behind_one_that_keeps_a_connection_for_a_session_a_node_works() throws Exception {
        DatabaseAddress address = behind("session", "extra_float_digits,options");
        try (ServerProcess node = serve(address).waitReady()) {
            List<String> tasks = node.submit(200, "{\"action_name\":\"echo\"}");
            Facts facts = new Facts(new DatabaseAddress(postgres.url(), postgres.user(), postgres.password()));
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(facts.texts("select id from escapement.ended where status = 'COMPLETED'"))
                            .containsAll(tasks));
            assertThat(node.isReady()).isTrue();
            facts.invariantsHold();
        }
    }

    private String refusal(DatabaseAddress address) throws InterruptedException {
        try (ServerProcess node = serve(address)) {
            assertThat(node.waitExit(PATIENCE)).isEqualTo(1);
            return node.errors();
        }
    }

    private ServerProcess serve(DatabaseAddress address) {
        return ServerProcess.in(folder)
                .set("ESCAPEMENT_DATA_DIR", folder.resolve("node").toString())
                .on(address)
                .start("serve");
    }

    private DatabaseAddress behind(String mode, String ignored) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Path settings = folder.resolve("pgbouncer.ini");
        Files.writeString(
                settings, """
                [databases]
                escapement = host=127.0.0.1 port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                auth_type = any
                unix_socket_dir =
                pool_mode = %s
                default_pool_size = 40
                ignore_startup_parameters = %s
                """.formatted(postgres.port(), postgres.user(), postgres.password(), port, mode, ignored));
        List<String> command = new ArrayList<>(List.of(PGBOUNCER.toString(), settings.toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(1, List.of("-u", "nobody")); // it does not run as root
        }
        bouncer = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.txt").toFile())
                .start();
        Eventually.within(Duration.ofSeconds(10), () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/escapement", postgres.user(), postgres.password());
    }
}
