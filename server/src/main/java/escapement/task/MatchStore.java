package escapement.task;

import static escapement.db.generated.Tables.ENDED;
import static escapement.db.generated.Tables.LIVE;
import static escapement.db.generated.Tables.TASK;
import static org.jooq.impl.DSL.inline;

import escapement.db.generated.enums.TaskPriority;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.SelectConditionStep;

/** SQL: the tasks that something is to be done to. Thread-safe. */
public final class MatchStore {
    /** How many match, counted no further than {@code most}. */
    public int count(DSLContext tx, Matching matching, int most) {
        return tx.fetchCount(select(tx, matching).limit(inline(most)));
    }

    /**
     * The next ones that match, by id, locked until the transaction ends so that they go on matching.
     *
     * @param afterId only tasks beyond this id
     * @param upToId and up to this one
     * @param createdUntil and created by then: ids grow with time only roughly
     */
    public List<Long> lockNext(
            DSLContext tx, Matching matching, long afterId, long upToId, Instant createdUntil, int limit) {
        var id = matching.ended() ? ENDED.ID : LIVE.ID;
        return select(tx, matching)
                .and(id.gt(afterId))
                .and(id.le(upToId))
                .and(TASK.CREATED_AT.le(createdUntil.atOffset(ZoneOffset.UTC)))
                .orderBy(id)
                .limit(inline(limit))
                .forUpdate() // without skipping: nobody comes back for what was locked at the moment
                .of(matching.ended() ? ENDED : LIVE)
                .fetch(Record1::value1);
    }

    private static SelectConditionStep<Record1<Long>> select(DSLContext tx, Matching matching) {
        var statuses = ListStore.possible(matching.filter(), matching.statuses()).stream()
                .map(ListStore::literal)
                .toList();
        Condition condition = ListStore.everything(matching.filter());
        if (matching.otherThan() != null) {
            condition = condition.and(
                    TASK.PRIORITY.ne(TaskPriority.valueOf(matching.otherThan().name())));
        }
        return matching.ended()
                ? tx.select(ENDED.ID)
                        .from(ENDED)
                        .join(TASK)
                        .on(TASK.ID.eq(ENDED.ID))
                        .where(ENDED.STATUS.in(statuses))
                        .and(condition)
                : tx.select(LIVE.ID)
                        .from(LIVE)
                        .join(TASK)
                        .on(TASK.ID.eq(LIVE.ID))
                        .where(LIVE.STATUS.in(statuses))
                        .and(condition);
    }
}
