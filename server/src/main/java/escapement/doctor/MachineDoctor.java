package escapement.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Judges the machine: whether a port is free, whether there is room on a disk. */
public final class MachineDoctor {
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(3);
    private static final long MEGABYTE = 1_000_000;
    private static final long ROOM_FAIL = 200 * MEGABYTE;
    private static final long ROOM_WARN = 2_000 * MEGABYTE;

    private MachineDoctor() {}

    /** The port that a server answers on; where one does so already, that is as it should be. */
    public static Finding httpPort(String bind, int port, String setting) {
        if (port == 0) {
            return Finding.ok("http port", "any free one");
        }
        String where = port + " of " + bind;
        if (isFree(bind, port)) {
            return Finding.ok("http port", where + " is free");
        }
        return isServer(bind, port)
                ? Finding.ok("http port", where + ": a server answers")
                : Finding.fail(
                        "http port",
                        where + " is taken by something that is no Escapement server, or is not ours to open",
                        "stop that, or choose another " + setting);
    }

    private static boolean isFree(String bind, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(bind), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isServer(String bind, int port) {
        String host = bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        URI alive = URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/healthz");
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(ANSWER_PATIENCE).build()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(alive).timeout(ANSWER_PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 && answer.body().contains("alive");
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The folder that a server writes to, or will make. */
    public static Finding disk(Path folder, String setting) {
        Path there = folder.toAbsolutePath().normalize();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there) || !Files.isWritable(there)) {
            return Finding.fail(
                    "disk", there + " cannot be written to", "choose another " + setting + ", or change who may");
        }
        try {
            FileStore store = Files.getFileStore(there);
            long room = store.getUsableSpace();
            String message =
                    room / MEGABYTE + " MB of " + store.getTotalSpace() / MEGABYTE + " MB are free for " + folder;
            String advice = "make room: when it is full, nothing is stored any more";
            if (room < ROOM_FAIL) {
                return Finding.fail("disk", message, advice);
            }
            return room < ROOM_WARN ? Finding.warn("disk", message, advice) : Finding.ok("disk", message);
        } catch (IOException e) {
            return Finding.fail("disk", "cannot be measured: " + e.getMessage(), "look at " + there);
        }
    }

    /** In place of a look at an own database that is not running. */
    public static Finding ownDatabaseRests(Path folder) {
        return Finding.warn(
                "database",
                "the own PostgreSQL of " + folder + " is not running, so it was not looked at",
                "ask again while `escapement serve` runs");
    }
}
