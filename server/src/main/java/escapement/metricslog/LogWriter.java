package escapement.metricslog;

import escapement.db.Database;
import escapement.follow.JournalStore;
import escapement.follow.JournalStore.Position;
import escapement.metricslog.LineStore.Stretch;
import escapement.metricslog.WriterStore.Place;
import escapement.thread.Pokes;
import escapement.thread.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the metrics log. Every node has one, and one of them writes, into the folder of its node, until its lease is over
 * or its disk fails; another one goes on from there.
 *
 * <p>Every attempt is in one folder, once: a stretch of the journal is added to the files, then the database is told, by one
 * statement that only the writer of that moment can make. A stretch that it was not told of is taken back, at once or at the
 * next start (see {@link LogFolder}), and written by whoever goes on.
 */
public final class LogWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogWriter.class);
    private static final Duration GATHER = Duration.ofMillis(500);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    private final WriterStore writers;
    private final LineStore lines;
    private final JournalStore journal;
    private final Path path;
    private final IntSupplier incarnation;
    private final Pokes pokes = new Pokes();
    private final Thread thread;

    // of the thread alone
    private @Nullable LogFolder folder; // null while another node writes, and after a failure
    private boolean tidy; // nothing in the folder waits to be taken back
    private int writer;

    /** @param incarnation in whose name this node acts now */
    public LogWriter(Database database, JournalStore journal, Path path, IntSupplier incarnation) {
        this.writers = new WriterStore(database);
        this.lines = new LineStore(database);
        this.journal = journal;
        this.path = path;
        this.incarnation = incarnation;
        this.thread = Thread.ofPlatform().name("metrics-log").daemon().unstarted(this::loop);
    }

    public void start() {
        pokes.poke();
        thread.start();
    }

    /** An attempt has ended on this node. */
    public void poke() {
        pokes.poke();
    }

    private void loop() {
        while (pokes.await(LOOK_EVERY, GATHER)) {
            try {
                writeToEnd();
            } catch (IOException e) {
                log.error(
                        "the metrics log cannot be written in {}, another node may try, this one again in {} s: {}",
                        path,
                        AFTER_FAILURE.toSeconds(),
                        e.toString());
                letOthers();
                pokes.tryAgainAfter(AFTER_FAILURE);
            } catch (DataAccessException e) {
                folder = null;
                tidy = false; // whether the last batch counts is asked again
                log.warn(
                        "the metrics log falls behind, trying again in {} s: {}",
                        AFTER_FAILURE.toSeconds(),
                        e.getMessage());
                pokes.tryAgainAfter(AFTER_FAILURE);
            }
        }
        letOthers();
    }

    private void letOthers() {
        folder = null;
        tidy = false;
        try {
            writers.release(writer);
        } catch (DataAccessException e) {
            log.debug("the metrics log is not handed over, the lease will do that", e);
        }
    }

    private void writeToEnd() throws IOException {
        writer = incarnation.getAsInt();
        if (!tidy
                && LogFolder.isThere(path)) { // also when another node writes by now, or a line would be in two folders
            LogFolder files = LogFolder.open(path);
            files.recover(writers.batch(files.id()));
        }
        tidy = true;
        Optional<Place> place = writers.take(writer);
        if (place.isEmpty()) {
            folder = null;
            return;
        }
        LogFolder files = folder == null ? takeUp(place.get()) : folder;
        folder = files;
        Position position = place.get().position();
        while (!pokes.isClosed()) {
            Optional<Stretch> next = lines.after(position);
            if (next.isEmpty() || !write(files, position, next.get())) {
                return;
            }
            position = next.get().end();
        }
    }

    private LogFolder takeUp(Place place) throws IOException {
        LogFolder files = LogFolder.open(path);
        files.recover(writers.batch(files.id()));
        log.debug("this node writes the metrics log, into {}", path);
        if (place.old() && !place.position().equals(Position.BEGINNING) && !journal.reachesBackTo(place.position())) {
            log.warn(
                    "nobody wrote the metrics log for more than a day, longer than the journal is kept: lines may be missing"
                            + " in the files; GET /api/v1/metrics-log/YYYYMMDD has all of a day");
        }
        return files;
    }

    /** @return whether this node is still the one that writes */
    private boolean write(LogFolder files, Position from, Stretch stretch) throws IOException {
        if (stretch.lines().isEmpty()) {
            return writers.move(writer, from, stretch.end());
        }
        long batch = files.add(stretch.lines());
        if (writers.commit(writer, from, stretch.end(), files.id(), batch)) {
            return true;
        }
        files.undo();
        folder = null;
        return false;
    }

    /** Writes no more, and lets another node go on. */
    @Override
    public void close() {
        pokes.close();
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
