package escapement.action.builtin;

import escapement.action.ActionContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Reads what a program prints, keeps the beginning, logs it line by line, and reads on so that the program never blocks. */
final class CappedOutput {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final int max;
    private final ActionContext context;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Thread reader;
    private volatile boolean truncated;

    CappedOutput(InputStream source, int max, ActionContext context) {
        this.max = max;
        this.context = context;
        // reading a pipe holds its thread in the kernel, so not on one that carries virtual threads
        this.reader = Thread.ofPlatform().name("command-output").daemon().start(() -> read(source));
    }

    private void read(InputStream source) {
        byte[] buffer = new byte[8192];
        try (source) {
            for (int n = source.read(buffer); n >= 0; n = source.read(buffer)) {
                keep(buffer, n);
            }
        } catch (IOException e) {
            context.log("(output ended: " + e.getMessage() + ")");
        }
        logLine();
    }

    private synchronized void keep(byte[] buffer, int n) {
        int fits = Math.min(n, max - kept.size());
        kept.write(buffer, 0, fits);
        truncated |= fits < n;
        for (int i = 0; i < fits; i++) {
            if (buffer[i] == '\n') {
                logLine();
            } else {
                line.write(buffer[i]);
            }
        }
    }

    private synchronized void logLine() {
        if (line.size() > 0) {
            context.log(line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }

    /** What was kept once the program has ended. */
    String text() throws InterruptedException {
        reader.join(PATIENCE); // a child that escaped the group may hold the pipe open
        synchronized (this) {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }

    boolean isTruncated() {
        return truncated;
    }
}
