package escapement.queue;

import escapement.db.Database;
import escapement.queue.IdempotencyStore.Claim;
import escapement.queue.SubmitStore.Receipt;
import escapement.queue.SubmitStore.Row;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Stores what several callers submit at the same time in one statement and one commit, which costs little more than one of
 * them alone. Thread-safe.
 *
 * <p>It has no thread: a caller writes all that waits, his own with it, unless another writes already; then he sleeps until
 * one of them has stored his tasks or it is his turn to write. Who comes alone waits for nobody.
 */
final class GroupSubmit {
    private static final int MOST_ROWS = Enqueuer.MAX_BATCH;
    private static final long MOST_CHARACTERS = 8_000_000;
    private static final int MOST_WRITERS = 2;
    private static final int WORTH_ANOTHER = 100; // rows; fewer cost less as a part of the next statement
    private static final Duration LONGEST_GATHER = Duration.ofNanos(100_000);

    private static final Duration PATIENCE =
            Database.CONNECTION_TIMEOUT; // or a table in use would gather requests without end

    private final SubmitStore store;
    private final Consumer<Receipt> stored;

    // guarded by this
    private final Queue<Request> waiting = new ArrayDeque<>();
    private int waitingRows;
    private int writing;
    /** How many callers there were when the last group was stored, and until when those of it may be back. */
    private int callers;

    private long backUntil = System.nanoTime();

    /** @param stored told of each commit, before the callers are */
    GroupSubmit(SubmitStore store, Consumer<Receipt> stored) {
        this.store = store;
        this.stored = stored;
    }

    /**
     * Stores all of these or none.
     *
     * @return what was stored with them, by one commit
     * @throws DataAccessException also when nobody has begun to write them for as long as one waits for a connection
     */
    Receipt submit(List<Row> rows) {
        return submit(new Request(rows, List.of()));
    }

    /** The same for one that has a key, unless another task has it: then it is among those refused. */
    Receipt submit(Row row, Claim key) {
        return submit(new Request(List.of(row), List.of(key)));
    }

    private Receipt submit(Request own) {
        add(own);
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        boolean interrupted = false;
        while (!own.isAnswered()) {
            if (begin(own)) {
                try {
                    gather();
                    write(take());
                } finally {
                    end();
                }
            } else {
                long left = giveUpAt - System.nanoTime();
                if (left <= 0 && remove(own)) {
                    own.failed(noTurn());
                } else { // once it is being written, whoever does so wakes this thread
                    LockSupport.parkNanos(this, left > 0 ? left : PATIENCE.toNanos());
                }
                interrupted |= Thread.interrupted(); // what was begun is not given up
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return own.answer();
    }

    private synchronized void add(Request request) {
        waiting.add(request);
        waitingRows += request.rows.size();
    }

    /** @return false when it is being written */
    private synchronized boolean remove(Request request) {
        boolean waited = waiting.remove(request);
        if (waited) {
            waitingRows -= request.rows.size();
        }
        return waited;
    }

    /** Whether it is the caller's turn to write. */
    private synchronized boolean begin(Request own) {
        boolean turn = !own.isTaken && writing < (waitingRows < WORTH_ANOTHER ? 1 : MOST_WRITERS);
        if (turn) {
            writing++;
        }
        return turn;
    }

    private synchronized void end() {
        writing--;
        Request next = waiting.peek();
        if (next != null) {
            LockSupport.unpark(next.caller);
        }
    }

    /**
     * Lets those come back who were answered just now, for at most half of the time that took. Without it the callers in this
     * process part into two groups that wait for each other. Those over HTTP take longer than it would pay to wait for.
     */
    private void gather() {
        while (moreMayCome()) {
            Thread.yield(); // a timer would take as long again to wake this thread
        }
    }

    private synchronized void expectBack(int answered, long nanos) {
        callers = answered + waiting.size();
        backUntil = System.nanoTime() + Math.min(nanos / 2, LONGEST_GATHER.toNanos());
    }

    private synchronized boolean moreMayCome() {
        return waiting.size() < callers && System.nanoTime() - backUntil < 0;
    }

    private static DataAccessException noTurn() {
        String why = "those who submit have not got through to the tables for " + PATIENCE.toSeconds() + " s";
        return new DataAccessException(why, new SQLTransientConnectionException(why));
    }

    private synchronized List<Request> take() {
        List<Request> some = new ArrayList<>();
        int rows = 0;
        long characters = 0;
        for (Request next = waiting.peek(); next != null; next = waiting.peek()) {
            rows += next.rows.size();
            characters += next.characters;
            if (!some.isEmpty() && (rows > MOST_ROWS || characters > MOST_CHARACTERS)) {
                break;
            }
            remove(next);
            next.isTaken = true;
            some.add(next);
        }
        return some;
    }

    private void write(List<Request> some) {
        if (some.isEmpty()) {
            return;
        }
        long begunAt = System.nanoTime();
        try {
            Receipt receipt = store.submit(
                    some.stream().flatMap(request -> request.rows.stream()).toList(),
                    some.stream().flatMap(request -> request.keys.stream()).toList());
            stored.accept(receipt);
            expectBack(some.size(), System.nanoTime() - begunAt);
            some.forEach(request -> request.succeeded(receipt));
        } catch (DataAccessException e) {
            if (some.size() > 1 && SqlFault.isOfData(e)) {
                some.forEach(request -> write(List.of(request))); // only one of them is to blame
            } else {
                some.forEach(request -> request.failed(e));
            }
        } catch (RuntimeException e) {
            some.forEach(request -> request.failed(e));
        } catch (Error e) { // or the others would wait for ever
            some.forEach(request -> request.failed(new IllegalStateException("not stored: " + e, e)));
            throw e;
        }
    }

    private static final class Request {
        private final Thread caller = Thread.currentThread();
        private final List<Row> rows;
        private final List<Claim> keys;
        private final long characters;
        private boolean isTaken; // guarded by the outer one
        private volatile @Nullable Supplier<Receipt> answer;

        Request(List<Row> rows, List<Claim> keys) {
            this.rows = rows;
            this.keys = keys;
            this.characters = rows.stream().mapToLong(Row::characters).sum();
        }

        boolean isAnswered() {
            return answer != null;
        }

        /** What was stored, or thrown. */
        Receipt answer() {
            return Objects.requireNonNull(answer).get();
        }

        void succeeded(Receipt receipt) {
            answerWith(() -> receipt);
        }

        void failed(RuntimeException failure) {
            answerWith(() -> {
                throw failure;
            });
        }

        private void answerWith(Supplier<Receipt> answer) {
            this.answer = answer;
            LockSupport.unpark(caller);
        }
    }
}
