package escapement.queue;

import escapement.db.Database;
import escapement.queue.MomentStore.Kind;
import escapement.queue.Moments.Acted;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what is due about tasks that wait too long or miss their deadline. Any node may call it at any time. Thread-safe. */
public final class DueMoments {
    private static final Logger log = LoggerFactory.getLogger(DueMoments.class);

    private final Database database;
    private final Moments moments;
    private final Consumer<Moved> afterMove;

    /** @param afterMove called after each transaction */
    public DueMoments(Database database, Enqueuer enqueuer, Consumer<Moved> afterMove) {
        this.database = database;
        this.moments = enqueuer.moments();
        this.afterMove = afterMove;
    }

    /** Acts on all that is due, some hundreds a transaction. */
    public void act() {
        Acted acted;
        do {
            acted = database.inTransaction(moments::actOnDue);
            afterMove.accept(acted.moved());
            warn("at risk of missing its deadline", acted.flagged(Kind.AT_RISK));
            warn("past its deadline", acted.flagged(Kind.DEADLINE));
        } while (acted.anyLeft());
    }

    private static void warn(String what, List<Long> ids) {
        if (ids.size() == 1) {
            log.warn("task {} is {}", ids.getFirst(), what);
        } else if (!ids.isEmpty()) {
            log.warn("task {} is {}, and {} more", ids.getFirst(), what, ids.size() - 1);
        }
    }
}
