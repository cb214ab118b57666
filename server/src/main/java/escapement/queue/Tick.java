package escapement.queue;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Everything that is to be done because time passed, or because a node died before it could: every second, and when tasks
 * become due. Any node may at any time; Quartz's clustered triggers let one. Thread-safe.
 */
public final class Tick {
    /** One question instead of ten transactions, most seconds. */
    private static final String ANYTHING = "select "
            + String.join(
                    " or ",
                    HoldStore.ANY_OVER,
                    CancelStore.ANY_LEFT,
                    DueTasks.ANY,
                    Registrations.ANY,
                    GateStore.ANY,
                    DependentStore.ANY_POSTPONED,
                    OperationStore.ANY_RUNNING,
                    MomentStore.ANY);

    private final Database database;
    private final Holds holds;
    private final Cancellations cancellations;
    private final Quarantine quarantine;
    private final GateRounds gate;
    private final PostponedMoves postponedMoves;
    private final OperationRunner operations;
    private final DueTasks dueTasks;
    private final Registrations registrations;
    private final DueMoments dueMoments;
    private final Runnable anythingReady;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** @param anythingReady told when tasks may have become ready */
    public Tick(
            Database database,
            Holds holds,
            Cancellations cancellations,
            Quarantine quarantine,
            GateRounds gate,
            PostponedMoves postponedMoves,
            OperationRunner operations,
            DueMoments dueMoments,
            Runnable anythingReady) {
        this.database = database;
        this.holds = holds;
        this.cancellations = cancellations;
        this.quarantine = quarantine;
        this.gate = gate;
        this.postponedMoves = postponedMoves;
        this.operations = operations;
        this.dueTasks = new DueTasks(database);
        this.registrations = new Registrations(database);
        this.dueMoments = dueMoments;
        this.anythingReady = anythingReady;
    }

    /** Does what there is to do, unless this node is at it still. */
    public void everySecond() {
        if (underWay.compareAndSet(false, true)) {
            try {
                look();
            } finally {
                underWay.set(false);
            }
        }
    }

    private void look() {
        quarantine.sweep();
        if (!isAnythingToDo()) {
            return;
        }
        holds.releaseOver();
        cancellations.sweep();
        dueTasks.release();
        registrations.release();
        gate.poke();
        postponedMoves.poke();
        operations.poke();
        anythingReady.run();
        dueMoments.act();
    }

    /** Makes tasks ready whose time has come, and does what is due about others. */
    public void whenDue() {
        if (dueTasks.release() > 0) {
            gate.poke();
            anythingReady.run();
        }
        dueMoments.act();
    }

    private boolean isAnythingToDo() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ANYTHING);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        });
    }
}
