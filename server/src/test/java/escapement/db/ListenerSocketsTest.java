package escapement.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class ListenerSocketsTest {
    @Test
    void a_socket_told_to_wait_the_least_reads_what_has_come_and_waits_for_nothing() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new ListenerSockets().createSocket(server.getInetAddress(), server.getLocalPort());
                Socket other = server.accept()) {
            InputStream in = socket.getInputStream();
            other.getOutputStream().write(new byte[] {1, 2});
            assertThat(in.read()).isEqualTo(1); // both are there

            socket.setSoTimeout(1);
            assertThat(in.read(new byte[8], 0, 8)).isEqualTo(1);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> in.read(new byte[8], 0, 8))
                    .withMessage("nothing has come");
        }
    }

    @Test
    void a_socket_told_to_wait_longer_waits() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new ListenerSockets().createSocket(server.getInetAddress(), server.getLocalPort());
                Socket other = server.accept()) {
            socket.setSoTimeout(1);
            socket.setSoTimeout(0);
            Thread.ofVirtual().start(() -> {
                try {
                    other.getOutputStream().write(7);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            byte[] read = new byte[8];
            assertThat(socket.getInputStream().read(read, 0, 8)).isEqualTo(1);
            assertThat(read[0]).isEqualTo((byte) 7);
        }
    }
}
