package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens as an operator meets them: at the first start and on the command line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PeopleProcessTest {
    private static final Pattern SECRET = Pattern.compile("esc_[A-Za-z0-9_-]{43}");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void the_first_start_prints_a_token_once_and_to_no_log_and_the_page_is_there_without_one() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            String secret;
            try (ServerProcess server = asking(database).start("serve").waitReady()) {
                secret = onlySecret(server.output());
                assertThat(status(server, "/api/v1/me", secret)).isEqualTo(200);
                assertThat(status(server, "/api/v1/tokens", secret)).isEqualTo(200);
                assertThat(status(server, "/api/v1/me", "")).isEqualTo(401);
                for (String open : new String[] {"/", "/js/main.js", "/css/base.css", "/healthz", "/readyz"}) {
                    assertThat(status(server, open, "")).as(open).isEqualTo(200);
                }
                assertThat(Files.readString(folder.resolve("data/logs/escapement.log")))
                        .isNotEmpty()
                        .doesNotContain(secret);
                server.terminate();
                server.waitExit(Duration.ofSeconds(60));
            }
            try (ServerProcess again = asking(database).start("serve").waitReady()) {
                assertThat(SECRET.matcher(again.output()).find()).isFalse();
                assertThat(again.output()).contains("escapement token create");
                assertThat(status(again, "/api/v1/me", secret)).isEqualTo(200);
            }
        }
    }

    @Test
    void beyond_loopback_the_server_asks_for_tokens_and_answers_to_its_own_addresses() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                ServerProcess server = ServerProcess.in(folder)
                        .on(database.address())
                        .set("ESCAPEMENT_AUTH", "auto")
                        .set("ESCAPEMENT_BIND", "0.0.0.0")
                        .start("serve")
                        .waitReady()) {
            assertThat(status(server, "/api/v1/me", onlySecret(server.output())))
                    .isEqualTo(200);
            assertThat(status(server, "/api/v1/metrics", "")).isEqualTo(401);
            for (String address : addressesOfThisMachine()) {
                URI there = URI.create(server.address().replace("127.0.0.1", address) + "/api/v1/metrics");
                assertThat(CLIENT.send(HttpRequest.newBuilder(there).build(), HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .as(address)
                        .isEqualTo(401);
            }
        }
    }

    private static List<String> addressesOfThisMachine() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void who_has_the_database_makes_lists_rotates_and_revokes_tokens() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            String made =
                    run(database, 0, "token", "create", "ana", "--role", "operator,approver", "--group", "finance");
            assertThat(made.strip()).matches(SECRET);
            assertThat(run(database, 0, "token", "list"))
                    .contains("ana", "OPERATOR,APPROVER", "ACTIVE", "never", made.substring(0, 10))
                    .doesNotContain(made.strip());

            String rotated = run(database, 0, "token", "rotate", "1", "--expires-in-days", "5");
            assertThat(rotated.strip()).matches(SECRET).isNotEqualTo(made.strip());

            try (ServerProcess server = asking(database).start("serve").waitReady()) {
                assertThat(SECRET.matcher(server.output()).find())
                        .as("there was a token before the first start")
                        .isFalse();
                assertThat(status(server, "/api/v1/me", made.strip())).isEqualTo(401);
                assertThat(status(server, "/api/v1/me", rotated.strip())).isEqualTo(200);

                assertThat(run(database, 0, "token", "revoke", "1", "--reason", "left us"))
                        .contains("Token 1 of 'ana' is revoked.");

                assertThat(status(server, "/api/v1/me", rotated.strip())).isEqualTo(401);
            }
            assertThat(Sql.texts(
                            database,
                            "select operation || ' ' || origin_via || ' ' || coalesce(reason, '-') from escapement.audit "
                                    + "where principal like 'cli:%' order by id"))
                    .containsExactly("token.create cli -", "token.rotate cli -", "token.revoke cli left us");
        }
    }

    @Test
    void the_secret_alone_is_printed_also_when_the_own_database_must_be_started_for_it() throws Exception {
        PreparedData.copyInto(folder);
        try (ServerProcess process = ServerProcess.in(folder).start("token", "create", "ana")) {
            assertThat(process.waitExit(Duration.ofSeconds(60)))
                    .as(process.errors())
                    .isZero();
            assertThat(process.output().strip()).matches(SECRET);
            assertThat(process.errors()).contains("Token ", "'ana' with VIEWER");
        }
    }

    @Test
    void a_token_command_that_cannot_be_says_why_in_one_sentence() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            assertThat(run(database, 1, "token", "create", "Ana")).contains("name must be", "got 'Ana'");
            assertThat(run(database, 1, "token", "create", "ana", "--role", "boss"))
                    .contains("--role knows VIEWER, ");
            assertThat(run(database, 1, "token", "create", "ana", "--expires-in-days", "366"))
                    .contains("--expires-in-days must be a whole number from 1 to 365, got '366'");
            assertThat(run(database, 1, "token", "revoke", "77")).contains("there is no token 77");
            assertThat(run(database, 1, "token", "rotate", "x")).contains("ID must be the number of a token, got 'x'");
            assertThat(run(database, 2, "token", "create")).contains("NAME", "escapement token create --help");
            assertThat(run(database, 2, "token")).contains("create", "list", "rotate", "revoke");
        }
    }

    private ServerProcess.Setup asking(TestDatabase database) {
        return ServerProcess.in(folder).on(database.address()).set("ESCAPEMENT_AUTH", "token");
    }

    /** Runs a command. @return what it printed; what it complained of where it is to fail */
    private String run(TestDatabase database, int exitCode, String... arguments) throws Exception {
        try (ServerProcess process =
                ServerProcess.in(folder).on(database.address()).start(arguments)) {
            assertThat(process.waitExit(Duration.ofSeconds(60)))
                    .as(process.output() + process.errors())
                    .isEqualTo(exitCode);
            return exitCode == 0 ? process.output() : process.errors();
        }
    }

    private static String onlySecret(String output) {
        Matcher secret = SECRET.matcher(output);
        assertThat(secret.find()).as(output).isTrue();
        String first = secret.group();
        assertThat(secret.find()).isFalse();
        return first;
    }

    private static int status(ServerProcess server, String path, String secret)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.address() + path));
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }
}
