package escapement.support;

import escapement.support.ClientProcess.Ended;
import escapement.support.ClientProcess.Said;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The processes in which clients run their commands, the last few kept for the next command. Thread-safe. */
final class ClientHosts {
    private static final int KEPT = 3;
    private static final Map<Map<String, String>, Host> idle = new LinkedHashMap<>();

    private ClientHosts() {}

    static Ended run(Map<String, String> environment, String input, List<String> arguments) {
        Host host = take(environment);
        FutureTask<Ended> task = new FutureTask<>(() -> host.run(input, arguments));
        Thread.ofVirtual().start(task);
        try {
            Ended ended = task.get(ClientProcess.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            keep(environment, host);
            return ended;
        } catch (ExecutionException | TimeoutException e) {
            host.process.destroyForcibly();
            throw new AssertionError(String.join(" ", arguments) + " does not end as a command does", e);
        } catch (InterruptedException e) {
            host.process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Host take(Map<String, String> environment) {
        synchronized (idle) {
            Host host = idle.remove(environment);
            return host == null ? new Host(environment) : host;
        }
    }

    private static void keep(Map<String, String> environment, Host host) {
        synchronized (idle) {
            Host other = idle.put(environment, host);
            if (other != null) {
                other.process.destroy();
            }
            Iterator<Host> oldest = idle.values().iterator();
            while (idle.size() > KEPT) {
                oldest.next().process.destroy();
                oldest.remove();
            }
        }
    }

    private static final class Host {
        final Process process;
        private final DataOutputStream asked;
        private final DataInputStream answer;

        Host(Map<String, String> environment) {
            try {
                process = ClientProcess.builder(ClientProcess.java("escapement.ClientHost"), environment)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            asked = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
            answer = new DataInputStream(new BufferedInputStream(process.getInputStream()));
        }

        Ended run(String input, List<String> arguments) throws IOException {
            asked.writeInt(arguments.size());
            for (String argument : arguments) {
                asked.writeUTF(argument);
            }
            byte[] typed = input.getBytes();
            asked.writeInt(typed.length);
            asked.write(typed);
            asked.flush();
            return new Ended(answer.readInt(), new Said(text(), text()));
        }

        private String text() throws IOException {
            return new String(answer.readNBytes(answer.readInt()));
        }
    }
}
