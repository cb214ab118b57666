package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What clients see of a node that stops. */
class StopDbTest {
    @Test
    void a_request_half_sent_is_answered_and_a_connection_without_one_is_closed() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            TestServer server = TestServer.start(database);
            String host = "Host: 127.0.0.1:" + server.server().port() + "\r\n";
            String body = "{\"action_name\":\"echo\"}";
            try (Socket idle = connect(server);
                    Socket sending = connect(server)) {
                send(idle, "GET /healthz HTTP/1.1\r\n" + host + "\r\n");
                readTo(idle, "\"alive\"}");
                send(
                        sending,
                        "POST /api/v1/tasks HTTP/1.1\r\n" + host
                                + "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "
                                + body.length() + "\r\n\r\n");
                readTo(sending, "100 Continue\r\n\r\n");
                Thread stopping = Thread.ofPlatform().start(server::close);

                assertThat(idle.getInputStream().read()).as("the end").isEqualTo(-1);
                send(sending, body);

                assertThat(new String(sending.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 201 Created");
                stopping.join();
            }
        }
    }

    private static Socket connect(TestServer server) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.server().port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void readTo(Socket socket, String end) throws IOException {
        InputStream input = socket.getInputStream();
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = input.read();
            assertThat(next).as(read.toString()).isNotEqualTo(-1);
            read.append((char) next);
        }
    }
}
