package escapement.db;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets for a connection that listens: what was heard is handed on at once. The driver, after it has read a notification,
 * waits for another for a millisecond, the least that a socket can be told to wait, and only then hands on the first; these take
 * that least for "do not wait". The driver makes the factory by its name.
 */
public final class ListenerSockets extends SocketFactory {
    private static final int LEAST_MILLIS = 1;

    @Override
    public Socket createSocket() {
        return new Prompt();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return createSocket(InetAddress.getByName(host), port);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return createSocket(InetAddress.getByName(host), port, local, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port), new InetSocketAddress(local, localPort));
    }

    private static Socket connected(InetSocketAddress to, @Nullable InetSocketAddress from) throws IOException {
        Socket socket = new Prompt();
        socket.bind(from); // null: anywhere
        socket.connect(to);
        return socket;
    }

    private static final class Prompt extends Socket {
        private volatile boolean waits = true;

        @Override
        public void setSoTimeout(int millis) throws SocketException {
            super.setSoTimeout(millis);
            waits = millis != LEAST_MILLIS;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (!waits && in.available() == 0) {
                        throw new SocketTimeoutException("nothing has come");
                    }
                    return in.read(bytes, offset, length);
                }
            };
        }
    }
}
