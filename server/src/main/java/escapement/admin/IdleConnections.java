package escapement.admin;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.internal.HttpConnection;

/** Connections that clients keep open for what they may ask next: a Jetty that stops would wait a second for them. */
final class IdleConnections {
    private static final int LOOKS = 5;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private IdleConnections() {}

    /** Closes those on which no request has begun, and what becomes so in the next moment. */
    static void close(Server server) {
        List<EndPoint> open = connected(server);
        for (int look = 1; look <= LOOKS && !open.isEmpty(); look++) {
            open.stream().filter(IdleConnections::isIdle).forEach(EndPoint::close);
            open = connected(server);
            if (!open.isEmpty()) { // whose client may have its answer, while our thread is not yet through with it
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** All that clients have open. */
    static List<EndPoint> connected(Server server) {
        return Arrays.stream(server.getConnectors())
                .flatMap(connector -> connector.getConnectedEndPoints().stream())
                .toList();
    }

    private static boolean isIdle(EndPoint endPoint) {
        return endPoint.getConnection() instanceof HttpConnection connection
                && connection.getHttpChannel().getRequest() == null
                && connection.getParser().isStart();
    }
}
