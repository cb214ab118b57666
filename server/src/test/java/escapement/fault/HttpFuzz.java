package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import escapement.support.Eventually;
import escapement.support.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends odd requests to a server in this JVM, and looks at what comes back and what stays behind. */
final class HttpFuzz {
    private static final Logger log = LoggerFactory.getLogger(HttpFuzz.class);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.[01] (\\d{3})");

    private final TestServer server;
    private final Path folder;
    private final OddRequests requests;
    private final long seed;
    private final Map<Integer, Integer> answers = new TreeMap<>();

    HttpFuzz(TestServer server, Path folder, long seed) {
        this.server = server;
        this.folder = folder;
        this.seed = seed;
        log.info("fuzz with -Dfaults.seed={}", seed);
        List<String> ids = IntStream.range(0, 5)
                .mapToObj(i -> server.submit("echo", "{\"value\":%d}".formatted(i)))
                .toList();
        requests = new OddRequests(
                seed,
                OddRequests.describedBy(server.get("/openapi.json").text()),
                ids,
                server.server().port());
    }

    /** Each is answered, and by nothing that would be a fault of the server. */
    void structured(int count) {
        for (int n = 0; n < count; n++) {
            byte[] request = requests.structured();
            String answer = send(request, false);
            Matcher status = STATUS.matcher(answer);
            assertThat(status.find()).as(what(n, request)).isTrue();
            judge(n, request, answer);
        }
        log.info("{} requests: {}", count, answers);
    }

    /** Each is answered or hung up on. */
    void raw(int count) {
        for (int n = 0; n < count; n++) {
            byte[] request = requests.raw();
            judge(n, request, send(request, true));
        }
        log.info("{} with raw ones: {}", count, answers);
    }

    private void judge(int number, byte[] request, String answer) {
        Matcher status = STATUS.matcher(answer);
        while (status.find()) {
            int code = Integer.parseInt(status.group(1));
            answers.merge(code, 1, Integer::sum);
            if (code >= 500) {
                assertThat(code).as(what(number, request) + "\n" + answer).isEqualTo(503);
                assertThat(answer).as(what(number, request)).contains("Retry-After");
            }
        }
    }

    private String what(int number, byte[] request) {
        String text = new String(request, StandardCharsets.ISO_8859_1);
        return "-Dfaults.seed=%d request %d: %s"
                .formatted(seed, number, text.substring(0, Math.min(text.length(), 3000)));
    }

    private String send(byte[] request, boolean hangUp) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.server().port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request);
            if (hangUp) {
                socket.shutdownOutput();
            }
            copy(socket.getInputStream(), answer);
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "no end of the answer within " + PATIENCE + ": " + what(-1, request) + "\n" + answer, e);
        } catch (SocketException e) {
            log.debug("hung up on", e); // while we still wrote, or after its answer
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }

    private static void copy(InputStream in, ByteArrayOutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
        }
    }

    /** No thread is still busy with a request. */
    void leavesNoThread() {
        HotSpotDiagnosticMXBean threads = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        Eventually.within(Duration.ofSeconds(40), () -> {
            Path dump = folder.resolve("threads.txt");
            Files.deleteIfExists(dump);
            threads.dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            assertThat(Files.readString(dump))
                    .doesNotContainPattern("escapement\\.admin\\.(?!SlowSenders)|io\\.javalin\\.jetty\\.");
        });
    }
}
