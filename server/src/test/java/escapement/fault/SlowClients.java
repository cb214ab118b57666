package escapement.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients that send and read as slowly as they can: a byte whenever they are told to. For one thread. */
final class SlowClients implements AutoCloseable {
    private final int port;
    private final List<Slow> clients = new ArrayList<>();

    /** As many of each kind: slow in the head, slow in the body, and one that never reads its answers. */
    SlowClients(int port, int each) {
        this.port = port;
        String host = "Host: 127.0.0.1:" + port + "\r\n";
        String head = "GET /api/v1/tasks HTTP/1.1\r\n" + host + "X-Slow: " + "y".repeat(2000);
        String body = "POST /api/v1/tasks HTTP/1.1\r\n" + host + "Content-Length: 100000\r\n\r\n"
                + "{\"action_name\":\"" + "z".repeat(2000);
        String reader = ("GET /openapi.json HTTP/1.1\r\n" + host + "\r\n").repeat(100);
        for (int i = 0; i < each; i++) {
            clients.add(new Slow(head, 120));
            clients.add(new Slow(body, body.indexOf("\r\n\r\n") + 20));
            clients.add(new Slow(reader, reader.length()));
        }
    }

    /** Each sends one more byte. */
    void drip() {
        clients.forEach(Slow::drip);
    }

    /** How many of those that have not sent everything the server still listens to. */
    long sending() {
        return clients.stream().filter(Slow::sends).count();
    }

    @Override
    public void close() {
        clients.forEach(Slow::close);
    }

    private final class Slow {
        private final SocketChannel channel;
        private final byte[] request;
        private int sent;
        private boolean gone;

        Slow(String text, int atOnce) {
            request = text.getBytes(StandardCharsets.ISO_8859_1);
            try {
                channel = SocketChannel.open();
                channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4096);
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.write(ByteBuffer.wrap(request, 0, atOnce));
                channel.configureBlocking(false);
                sent = atOnce;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void drip() {
            try {
                if (sent < request.length) {
                    sent += channel.write(ByteBuffer.wrap(request, sent, 1));
                }
            } catch (IOException e) {
                gone = true;
            }
        }

        boolean sends() {
            try {
                ByteBuffer some = ByteBuffer.allocate(1 << 12);
                if (!gone && sent < request.length) {
                    gone = channel.read(some) != 0; // an answer, or an end
                }
            } catch (IOException e) {
                gone = true;
            }
            return !gone && sent < request.length;
        }

        void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
