package escapement.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The line between a browser and the server, which can be cut and mended. Thread-safe. */
final class Wire implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final Set<Socket> ends = ConcurrentHashMap.newKeySet();
    private volatile boolean isCut;

    Wire(int port) {
        target = port;
        try {
            door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return door.getLocalPort();
    }

    /** Nothing comes through any more, and whoever tries is turned away. */
    void cut() {
        isCut = true;
        ends.forEach(Wire::end);
        ends.clear();
    }

    void mend() {
        isCut = false;
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket browser = door.accept();
                if (isCut) {
                    end(browser);
                } else {
                    join(browser, new Socket(InetAddress.getLoopbackAddress(), target));
                }
            } catch (IOException e) {
                if (door.isClosed()) {
                    return;
                }
            }
        }
    }

    private void join(Socket browser, Socket server) throws IOException {
        ends.add(browser);
        ends.add(server);
        browser.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> carry(browser, server));
        Thread.ofVirtual().start(() -> carry(server, browser));
    }

    private void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] piece = new byte[16_384];
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                out.write(piece, 0, length);
            }
        } catch (IOException e) {
            // one of them has gone, and so does the other
        } finally {
            end(from);
            end(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
