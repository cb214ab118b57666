package escapement.queue;

import escapement.db.Database;
import escapement.json.Storable;
import escapement.thread.Pokes;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What actions say while they run: log lines and progress, written a few times a second beside the hot path. Thread-safe.
 *
 * <p>Notes are for people. When the database is away they wait; when too many wait, the newest are dropped.
 */
final class AttemptNotes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AttemptNotes.class);
    private static final int MAX_LINES = 1000;
    private static final int MAX_LINE = 2000;
    private static final int MAX_WAITING = 50_000;
    private static final Duration GATHER = Duration.ofMillis(200);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1); // whoever leaves something pokes

    private final NoteStore store;
    private final Thread writer;
    private final Pokes pokes = new Pokes();

    // guarded by this
    private final Map<AttemptKey, Integer> linesSoFar = new HashMap<>();
    private List<NoteStore.Line> lines = new ArrayList<>();
    private Map<Long, NoteStore.Progress> progress = new HashMap<>();

    AttemptNotes(Database database) {
        store = new NoteStore(database);
        writer = Thread.ofPlatform().name("attempt-notes").daemon().start(this::write);
    }

    synchronized void log(long taskId, int attempt, String text) {
        int number = linesSoFar.merge(new AttemptKey(taskId, attempt), 1, Integer::sum);
        if (number > MAX_LINES + 1 || lines.size() >= MAX_WAITING) {
            return;
        }
        String line = number > MAX_LINES ? "(more lines follow; the first " + MAX_LINES + " are kept)" : text;
        lines.add(new NoteStore.Line(taskId, attempt, number, System.nanoTime(), Storable.mend(line, MAX_LINE)));
        pokes.poke();
    }

    synchronized void progress(long taskId, int attempt, double fraction, @Nullable String message) {
        double bounded = Double.isNaN(fraction) ? 0 : Math.clamp(fraction, 0, 1);
        progress.put(
                taskId,
                new NoteStore.Progress(
                        taskId, attempt, bounded, message == null ? null : Storable.mend(message, MAX_LINE)));
        pokes.poke();
    }

    /** Forgets how many lines an attempt wrote; called once it has ended. */
    synchronized void ended(long taskId, int attempt) {
        if (!linesSoFar.isEmpty()) {
            linesSoFar.remove(new AttemptKey(taskId, attempt));
        }
    }

    private void write() {
        while (pokes.await(LOOK_EVERY, GATHER)) {
            flush();
        }
    }

    private void flush() {
        List<NoteStore.Line> newLines;
        Map<Long, NoteStore.Progress> newProgress;
        synchronized (this) {
            newLines = lines;
            newProgress = progress;
            lines = new ArrayList<>();
            progress = new HashMap<>();
        }
        try {
            if (!newLines.isEmpty()) {
                store.addLines(newLines);
            }
            if (!newProgress.isEmpty()) {
                store.setProgress(List.copyOf(newProgress.values()));
            }
        } catch (DataAccessException e) {
            log.warn(
                    "{} log lines and {} progress notes of actions not stored: {}",
                    newLines.size(),
                    newProgress.size(),
                    e.getMessage());
        }
    }

    /** Writes what is left and stops. */
    @Override
    public void close() {
        pokes.close();
        Threads.awaitEnd(writer, GATHER.multipliedBy(5));
        flush();
    }

    private record AttemptKey(long taskId, int attempt) {}
}
