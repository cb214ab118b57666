package escapement.action.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.TestContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways to write a URL that leads inside, and the rules that keep a request outside. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HttpAddressTest {
    private static final HttpAllowList PUBLIC_ONLY = HttpAllowList.parse("");
    private static final AtomicInteger connections = new AtomicInteger();
    private static ServerSocket inside;
    private static HttpRequestAction action;

    @BeforeAll
    static void listen() throws IOException {
        inside = new ServerSocket(0, 50, InetAddress.ofLiteral("::")); // IPv4 too
        Thread.ofPlatform().daemon().start(HttpAddressTest::count);
        // as the machine resolves, but names lead nowhere: what a name server says is another test's matter
        action = new HttpRequestAction(PUBLIC_ONLY, host -> {
            if (host.chars().anyMatch(c -> c >= 'g' && c <= 'z' && c != 'x') && !host.equals("localhost")) {
                throw new UnknownHostException(host);
            }
            return InetAddress.getAllByName(host);
        });
    }

    private static void count() {
        while (true) {
            try (Socket socket = inside.accept()) {
                connections.incrementAndGet();
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    @AfterAll
    static void close() throws IOException {
        action.close();
        inside.close();
    }

    @Test
    void the_server_inside_would_notice_a_connection() throws Exception {
        int before = connections.get();
        try (HttpRequestAction allowed = new HttpRequestAction(HttpAllowList.parse("127.0.0.1"))) {
            assertThat(allowed.run(context("http://127.0.0.1:PORT/"))).isInstanceOf(Outcome.Succeeded.class);
        }
        assertThat(connections).hasValue(before + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // this machine, plainly and in other notations
                "http://127.0.0.1:PORT/",
                "http://127.1:PORT/",
                "http://127.0.1:PORT/",
                "http://127.255.255.254:PORT/",
                "http://2130706433:PORT/",
                "http://017700000001:PORT/",
                "http://0x7f000001:PORT/",
                "http://0x7f.0.0.1:PORT/",
                "http://0177.0.0.1:PORT/",
                "http://0177.0.0.01:PORT/",
                "http://127.0.0.1.:PORT/",
                "http://localhost:PORT/",
                "http://LOCALHOST:PORT/",
                "HTTP://127.0.0.1:PORT/",
                "http://localhost.:PORT/",
                "http://0:PORT/",
                "http://0.0.0.0:PORT/",
                "http://00000000000:PORT/",
                "http://[::1]:PORT/",
                "http://[0:0:0:0:0:0:0:1]:PORT/",
                "http://[::]:PORT/",
                "http://[::ffff:127.0.0.1]:PORT/",
                "http://[::ffff:7f00:1]:PORT/",
                "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
                "http://[::127.0.0.1]:PORT/",
                "http://[::ffff:0.0.0.0]:PORT/",
                "http://[64:ff9b::127.0.0.1]:PORT/",
                "http://[64:ff9b:1::1]:PORT/",
                "http://[2002:7f00:1::]:PORT/",
                "http://[2001:0:7f00:1::]:PORT/",
                "http://[fe80::1%25lo]:PORT/",
                // private, shared and reserved networks
                "http://10.0.0.1/",
                "http://172.16.0.1/",
                "http://172.31.255.255/",
                "http://192.168.1.1/",
                "http://100.64.0.1/",
                "http://100.127.255.255/",
                "http://198.18.0.1/",
                "http://192.0.2.1/",
                "http://224.0.0.1/",
                "http://255.255.255.255/",
                "http://240.0.0.1/",
                "http://[fc00::1]/",
                "http://[fd12:3456:789a::1]/",
                "http://[fe80::1]/",
                "http://[ff02::1]/",
                "http://[2001:db8::1]/",
                // cloud metadata
                "http://169.254.169.254/latest/meta-data/",
                "http://2852039166/",
                "http://0xa9fea9fe/",
                "http://[::ffff:169.254.169.254]/",
                "http://[fd00:ec2::254]/",
                "http://100.100.100.200/",
                "http://168.63.129.16/",
                // tricks of writing
                "http://user@127.0.0.1:PORT/",
                "http://example.com@127.0.0.1:PORT/",
                "http://127.0.0.1:PORT@example.com/",
                "http://example.com:80@127.0.0.1:PORT/",
                "http://example.com#@127.0.0.1:PORT/",
                "http://127.0.0.1:PORT#@example.com/",
                "http://127.0.0.1:PORT\\@example.com/",
                "http://example.com\\@127.0.0.1:PORT/",
                "http://127.0.0.1%00.example.com:PORT/",
                "http://127.0.0.1%2eexample.com:PORT/",
                "http://①②⑦.⓪.⓪.①:PORT/",
                "http://１２７.０.０.１:PORT/",
                "http://127。0。0。1:PORT/",
                "http://ⓛocalhost:PORT/",
                "http:///127.0.0.1:PORT/",
                "http:127.0.0.1:PORT/",
                "http://:PORT/",
                "http://",
                "//127.0.0.1:PORT/",
                "127.0.0.1:PORT/",
                "http://127.0.0.1:PORT /",
                "http://127.0.0.1:99999/",
                "http://127.0.0.1:-1/",
                "\thttp://127.0.0.1:PORT/",
                // other protocols
                "file:///etc/passwd",
                "ftp://127.0.0.1:PORT/",
                "gopher://127.0.0.1:PORT/_GET",
                "dict://127.0.0.1:PORT/",
                "ldap://127.0.0.1:PORT/",
                "jar:http://127.0.0.1:PORT/!/",
                "javascript:alert(1)",
                "data:text/plain,x",
                "unix:///var/run/docker.sock",
                ""
            })
    void no_way_of_writing_a_url_leads_inside(String url) throws Exception {
        int before = connections.get();

        Outcome outcome = action.run(context(url));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(connections).hasValue(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/", "http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/",
                "http://u@93.184.215.14/", "file:///x", "http://", "http://[::1"
            })
    void a_refusal_is_for_good(String url) throws Exception {
        assertThat(action.run(context(url)))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.retryable()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:PORT/",
                "http://2130706433:PORT/",
                "http://localhost:PORT/",
                "http://[::1]:PORT/",
                "http://[::ffff:127.0.0.1]:PORT/",
                "http://[64:ff9b::127.0.0.1]:PORT/",
                "HTTP://LOCALHOST:PORT/",
                "http://169.254.169.254/latest/meta-data/"
            })
    void a_dry_run_judges_an_address_as_the_request_would_and_connects_to_nobody(String url) throws Exception {
        int before = connections.get();
        Outcome refused = action.run(context(url));

        Outcome outcome = action.dryRun(context(url));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.DryRun.class, plan -> {
            assertThat(plan.result().path("allowed").booleanValue()).isFalse();
            assertThat(new Outcome.Failed(plan.result().path("refusal").asText(), false))
                    .isEqualTo(refused);
        });
        assertThat(connections).hasValue(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@127.0.0.1:PORT/",
                "http://127.1:PORT/",
                "file:///etc/passwd",
                "http://",
                "http://nowhere.test/"
            })
    void a_dry_run_fails_as_the_request_would_where_there_is_no_address_to_judge(String url) throws Exception {
        assertThat(action.dryRun(context(url)))
                .isInstanceOf(Outcome.Failed.class)
                .isEqualTo(action.run(context(url)));
    }

    @Test
    void the_refusal_says_which_setting_could_allow_it() throws Exception {
        assertThat(action.run(context("http://10.1.2.3/")))
                .isEqualTo(new Outcome.Failed(
                        "'10.1.2.3' is at 10.1.2.3, which is no public address; ESCAPEMENT_HTTP_ALLOW can name it",
                        false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "93.184.215.14",
                "8.8.8.8",
                "1.1.1.1",
                "172.15.255.255",
                "172.32.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "11.0.0.0",
                "169.253.0.1",
                "192.167.0.1",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450::1",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1"
            })
    void public_addresses_are_public(String address) {
        assertThat(AddressRules.isPublic(InetAddress.ofLiteral(address))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "api.example.com       | api.example.com  | 443 | 10.0.0.1    | true",
                "api.example.com       | www.example.com  | 443 | 10.0.0.1    | false",
                "api.example.com       | api.example.com. | 443 | 10.0.0.1    | false",
                "API.Example.com       | api.example.com  | 443 | 10.0.0.1    | true",
                "api.example.com:8443  | api.example.com  | 443 | 10.0.0.1    | false",
                "api.example.com:8443  | api.example.com  | 8443 | 10.0.0.1   | true",
                "*.example.com         | a.b.example.com  | 80  | 10.0.0.1    | true",
                "*.example.com         | example.com      | 80  | 10.0.0.1    | false",
                "*.example.com         | evilexample.com  | 80  | 10.0.0.1    | false",
                "*.example.com         | example.com.evil | 80  | 10.0.0.1    | false",
                "10.1.0.0/16           | anything.test    | 80  | 10.1.255.1  | true",
                "10.1.0.0/16           | anything.test    | 80  | 10.2.0.1    | false",
                "10.1.0.0/16           | 8.8.8.8          | 80  | 8.8.8.8     | false",
                "127.0.0.1:8080        | localhost        | 8080 | 127.0.0.1  | true",
                "127.0.0.1:8080        | localhost        | 80  | 127.0.0.1   | false",
                "[::1]                 | ::1              | 80  | ::1         | true",
                "[::1]:90              | ::1              | 80  | ::1         | false",
                "::1                   | ::1              | 80  | ::1         | true",
                "fd00::/8              | db.test          | 80  | fd12::1     | true",
                "a.test, 127.0.0.1     | localhost        | 80  | 127.0.0.1   | true"
            })
    void a_list_allows_what_it_names_and_nothing_else(
            String list, String host, int port, String address, boolean allowed) {
        String refusal = HttpAllowList.parse(list).refusal(host, port, List.of(InetAddress.ofLiteral(address)));

        assertThat(refusal == null).as(String.valueOf(refusal)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a.test",
                "a b",
                "a.test:0",
                "a.test:x",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/x",
                "*",
                "*.*",
                "[::1",
                "a.test:"
            })
    void an_entry_that_cannot_be_understood_is_named(String entry) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpAllowList.parse("fine.test," + entry))
                .withMessageContaining("'" + entry + "'");
    }

    private static TestContext context(String url) {
        return new TestContext(Json.nodes()
                .objectNode()
                .put("url", url.replace("PORT", Integer.toString(inside.getLocalPort())))
                .put("timeout_seconds", 2));
    }
}
