package escapement.fault;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/** The line between a node and PostgreSQL, which can be made bad. Knows the protocol well enough to cut at a commit. Thread-safe. */
public final class TcpProxy implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final String END = Character.toString(0); // of a text in a message

    private final ServerSocket door;
    private final int target;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();
    private final AtomicReference<String> cutAfter = new AtomicReference<>("");
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Mode mode = Mode.PASS;
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean closed;

    /** What becomes of what is sent. */
    public enum Mode {
        PASS,
        /** New connections are reset at once; those there are go on. */
        REFUSE,
        /** Connections stay and are made, and nothing comes through. */
        BLACKHOLE,
        /** Everything comes through later. */
        DELAY
    }

    /** @param port of the PostgreSQL behind it, on this machine */
    public TcpProxy(int port) {
        target = port;
        try {
            door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().name("proxy-door").daemon().start(this::accept);
    }

    public int port() {
        return door.getLocalPort();
    }

    public void set(Mode next) {
        mode = next;
    }

    public void delay(Duration each) {
        delay = each;
        mode = Mode.DELAY;
    }

    /** Resets every connection there is. */
    public void reset() {
        lines.forEach(Line::reset);
    }

    /**
     * The next transaction with a statement that contains this text is committed, and its answer never comes: the connection
     * is reset instead.
     */
    public void cutCommitOf(String sql) {
        cutAfter.set(sql);
    }

    /** How many answers were cut. */
    public int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = door.accept();
                if (mode == Mode.REFUSE) {
                    abort(client);
                } else {
                    connect(client);
                }
            } catch (IOException e) {
                LockSupport.parkNanos(LOOK_EVERY.toNanos()); // nobody behind it
            }
        }
    }

    private void connect(Socket client) throws IOException {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
            client.setTcpNoDelay(true); // or each answer waits for an acknowledgement that is held back for 40 ms
            server.setTcpNoDelay(true);
            Line line = new Line(client, server);
            lines.add(line);
            line.start();
        } catch (IOException e) {
            abort(client); // as PostgreSQL's port would; left open, it is a dead line that keeps a pool waiting for
            // 30 s
            throw e;
        }
    }

    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // RST instead of FIN
        } catch (IOException e) {
            return; // closed already
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset();
    }

    /** One connection, a thread each way. */
    private final class Line {
        private final Socket client;
        private final Socket server;
        private final Map<String, String> prepared = new HashMap<>(); // the SQL of each statement, by its name
        private volatile boolean toBeCut;

        Line(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void start() {
            Thread.ofVirtual().name("proxy-up").start(() -> run(this::up));
            Thread.ofVirtual().name("proxy-down").start(() -> run(this::down));
        }

        private void run(Pump pump) {
            try {
                pump.run();
            } catch (IOException e) {
                // either end has gone, and so goes the other
            } finally {
                reset();
                lines.remove(this);
            }
        }

        void reset() {
            abort(client);
            abort(server);
        }

        private void up() throws IOException {
            DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream(), 1 << 16));
            DataOutputStream out = new DataOutputStream(server.getOutputStream());
            byte[] startup = body(in);
            passable();
            out.writeInt(startup.length + 4);
            out.write(startup);
            while (true) {
                byte type = in.readByte();
                byte[] body = body(in);
                watch(type, body);
                passable();
                forward(out, type, body);
            }
        }

        private void down() throws IOException {
            DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream(), 1 << 16));
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte type = in.readByte();
                byte[] body = body(in);
                passable();
                if (toBeCut && type == 'E') {
                    toBeCut = false; // rolled back: nothing to keep silent about
                }
                if (toBeCut && type == 'Z' && body[0] == 'I') {
                    cuts.incrementAndGet();
                    reset();
                    return;
                }
                forward(out, type, body);
            }
        }

        /** Marks the line when a statement that is to be cut at is about to be carried out. */
        private void watch(byte type, byte[] body) {
            String text = cutAfter.get();
            if (type == 'P') {
                String[] nameAndSql = new String(body, StandardCharsets.UTF_8).split(END, 3);
                prepared.put(nameAndSql[0], nameAndSql[1]);
            } else if (type == 'B' && !text.isEmpty()) {
                String[] portalAndName = new String(body, StandardCharsets.ISO_8859_1).split(END, 3);
                if (prepared.getOrDefault(portalAndName[1], "").contains(text) && cutAfter.compareAndSet(text, "")) {
                    toBeCut = true;
                }
            }
        }

        private static byte[] body(DataInputStream in) throws IOException {
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            return body;
        }

        private static void forward(DataOutputStream out, byte type, byte[] body) throws IOException {
            byte[] whole = new byte[body.length + 5];
            whole[0] = type;
            ByteBuffer.wrap(whole, 1, 4).putInt(body.length + 4);
            System.arraycopy(body, 0, whole, 5, body.length);
            out.write(whole);
        }

        private void passable() throws IOException {
            while (mode == Mode.BLACKHOLE) {
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
                if (client.isClosed()) {
                    throw new IOException("closed meanwhile");
                }
            }
            if (mode == Mode.DELAY) {
                LockSupport.parkNanos(delay.toNanos());
            }
        }
    }

    private interface Pump {
        void run() throws IOException;
    }
}
