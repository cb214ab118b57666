package escapement.task;

import static escapement.db.generated.Tables.ATTEMPT;
import static escapement.db.generated.Tables.ATTEMPT_LOG;
import static escapement.db.generated.Tables.ATTEMPT_PROGRESS;
import static escapement.db.generated.Tables.EVENT;
import static escapement.db.generated.Tables.LIVE;
import static escapement.db.generated.Tables.NODE;
import static escapement.db.generated.Tables.VERDICT;
import static escapement.db.generated.report.Tables.TASKS;

import escapement.action.RiskLevel;
import escapement.db.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jooq.Record;
import org.jooq.SelectFieldOrAsterisk;
import org.jspecify.annotations.Nullable;

/** SQL: reads tasks and their attempts. Thread-safe. */
public final class TaskStore {
    static final List<SelectFieldOrAsterisk> ROW = List.of(
            TASKS.ID,
            TASKS.DESCRIPTION,
            TASKS.ACTION_NAME,
            TASKS.QUEUE,
            TASKS.WORKFLOW_ID,
            TASKS.PARENT_ID,
            TASKS.PRIORITY,
            TASKS.RISK_LEVEL,
            TASKS.CONFIDENCE_SCORE,
            TASKS.STATUS,
            TASKS.REASON,
            TASKS.ATTEMPT_COUNT,
            TASKS.MAX_ATTEMPTS,
            TASKS.CREATED_AT,
            TASKS.CREATED_BY,
            TASKS.RUN_AT,
            TASKS.STARTED_AT,
            TASKS.COMPLETED_AT,
            TASKS.ERROR,
            TASKS.DRY_RUN,
            TASKS.VERSION,
            TASKS.START_BY,
            TASKS.DEADLINE_AT,
            TASKS.ON_TIME);

    private final Database database;
    private final LinkStore links;

    public TaskStore(Database database) {
        this.database = database;
        this.links = new LinkStore(database);
    }

    public Optional<TaskDetail> find(long id) {
        return database.jooq()
                .select(ROW)
                .select(TASKS.ACTION_PARAMS, TASKS.RESULT, TASKS.METADATA, TASKS.RATIONALE, TASKS.PAYLOAD_DIGEST)
                .select(
                        ATTEMPT_PROGRESS.ATTEMPT,
                        ATTEMPT_PROGRESS.FRACTION,
                        ATTEMPT_PROGRESS.MESSAGE,
                        ATTEMPT_PROGRESS.AT)
                .from(TASKS)
                .leftJoin(ATTEMPT_PROGRESS)
                .on(ATTEMPT_PROGRESS.TASK_ID.eq(TASKS.ID))
                .where(TASKS.ID.eq(id))
                .fetchOptional()
                .map(row -> detail(row, verdict(id), links.of(id)));
    }

    /** Those of these tasks that exist, in no certain order. */
    public List<Task> find(Collection<Long> ids) {
        return database.jooq().select(ROW).from(TASKS).where(TASKS.ID.in(ids)).fetch(TaskStore::task);
    }

    /** All attempts of a task, first to last, the running one included; empty when there is no such task. */
    public List<Attempt> attempts(long taskId) {
        Map<Integer, List<Attempt.LogLine>> log = log(taskId);
        Optional<Attempt> running = running(taskId, log); // before the ended ones: it may become one of them meanwhile
        List<Attempt> attempts = new ArrayList<>(database.jooq()
                .select(
                        ATTEMPT.ATTEMPT_,
                        NODE.NAME,
                        ATTEMPT.READY_AT,
                        ATTEMPT.STARTED_AT,
                        ATTEMPT.ENDED_AT,
                        ATTEMPT.OUTCOME,
                        ATTEMPT.ERROR,
                        ATTEMPT.CONFIDENCE_SCORE,
                        ATTEMPT.GATE_PATH,
                        ATTEMPT.POLICY_VERSION)
                .from(ATTEMPT)
                .join(NODE)
                .on(NODE.INCARNATION.eq(ATTEMPT.NODE))
                .where(ATTEMPT.TASK_ID.eq(taskId))
                .orderBy(ATTEMPT.ATTEMPT_)
                .fetch(row -> new Attempt(
                        row.value1(),
                        row.value2(),
                        row.value3().toInstant(),
                        row.value4().toInstant(),
                        row.value5().toInstant(),
                        AttemptOutcome.valueOf(row.value6().getLiteral()),
                        row.value7(),
                        row.value8(),
                        row.value9().getLiteral(),
                        row.value10(),
                        log.getOrDefault(row.value1(), List.of()))));
        running.filter(last -> attempts.isEmpty() || attempts.getLast().attempt() < last.attempt())
                .ifPresent(attempts::add);
        return attempts;
    }

    private Optional<Attempt> running(long taskId, Map<Integer, List<Attempt.LogLine>> log) {
        return database.jooq()
                .select(
                        LIVE.ATTEMPT,
                        NODE.NAME,
                        LIVE.READY_AT,
                        LIVE.STARTED_AT,
                        LIVE.CONFIDENCE_SCORE,
                        LIVE.GATE_PATH,
                        LIVE.GATE_VERSION)
                .from(LIVE)
                .join(NODE)
                .on(NODE.INCARNATION.eq(LIVE.NODE))
                .where(LIVE.ID.eq(taskId))
                .fetchOptional(row -> new Attempt(
                        row.value1(),
                        row.value2(),
                        instant(row.value3()),
                        row.value4().toInstant(),
                        null,
                        null,
                        null,
                        row.value5(),
                        row.value6().getLiteral(),
                        row.value7(),
                        log.getOrDefault(row.value1(), List.of())));
    }

    private Map<Integer, List<Attempt.LogLine>> log(long taskId) {
        return database.jooq()
                .select(ATTEMPT_LOG.ATTEMPT, ATTEMPT_LOG.AT, ATTEMPT_LOG.LINE)
                .from(ATTEMPT_LOG)
                .where(ATTEMPT_LOG.TASK_ID.eq(taskId))
                .orderBy(ATTEMPT_LOG.ATTEMPT, ATTEMPT_LOG.LINE_NO)
                .fetchGroups(
                        ATTEMPT_LOG.ATTEMPT,
                        row -> new Attempt.LogLine(row.value2().toInstant(), row.value3()));
    }

    /** What happened to a task and was no attempt, first to last. */
    public List<TaskEvent> events(long taskId) {
        return database.jooq()
                .select(EVENT.KIND, EVENT.AT, EVENT.PRINCIPAL, EVENT.DETAIL)
                .from(EVENT)
                .where(EVENT.TASK_ID.eq(taskId))
                .orderBy(EVENT.ID)
                .fetch(row -> new TaskEvent(
                        row.value1(),
                        row.value2().toInstant(),
                        row.value3(),
                        row.value4().data()));
    }

    private TaskDetail.@Nullable Verdict verdict(long taskId) {
        return database.jooq()
                .select(VERDICT.VERDICT_, VERDICT.ATTEMPT, VERDICT.PRINCIPAL, VERDICT.AT, VERDICT.REASON)
                .from(VERDICT)
                .where(VERDICT.TASK_ID.eq(taskId))
                .orderBy(VERDICT.ID.desc())
                .limit(1)
                .fetchOne(row -> new TaskDetail.Verdict(
                        row.value1().getLiteral().toLowerCase(Locale.ROOT),
                        row.value2(),
                        row.value3(),
                        row.value4().toInstant(),
                        row.value5()));
    }

    private static TaskDetail detail(Record row, TaskDetail.@Nullable Verdict verdict, Links links) {
        Integer attempt = row.get(ATTEMPT_PROGRESS.ATTEMPT);
        return new TaskDetail(
                task(row),
                row.get(TASKS.ACTION_PARAMS).data(),
                data(row.get(TASKS.RESULT)),
                data(row.get(TASKS.METADATA)),
                data(row.get(TASKS.RATIONALE)),
                row.get(TASKS.PAYLOAD_DIGEST),
                attempt == null
                        ? null
                        : new TaskDetail.Progress(
                                attempt,
                                row.get(ATTEMPT_PROGRESS.FRACTION),
                                row.get(ATTEMPT_PROGRESS.MESSAGE),
                                row.get(ATTEMPT_PROGRESS.AT).toInstant()),
                verdict,
                links);
    }

    static Task task(Record row) {
        return new Task(
                row.get(TASKS.ID),
                row.get(TASKS.DESCRIPTION),
                row.get(TASKS.ACTION_NAME),
                row.get(TASKS.QUEUE),
                row.get(TASKS.WORKFLOW_ID),
                row.get(TASKS.PARENT_ID),
                Priority.valueOf(row.get(TASKS.PRIORITY).getLiteral()),
                RiskLevel.valueOf(row.get(TASKS.RISK_LEVEL).getLiteral()),
                row.get(TASKS.CONFIDENCE_SCORE),
                TaskStatus.valueOf(row.get(TASKS.STATUS).getLiteral()),
                row.get(TASKS.REASON),
                row.get(TASKS.ATTEMPT_COUNT),
                row.get(TASKS.MAX_ATTEMPTS),
                row.get(TASKS.CREATED_AT).toInstant(),
                row.get(TASKS.CREATED_BY),
                instant(row.get(TASKS.RUN_AT)),
                instant(row.get(TASKS.STARTED_AT)),
                instant(row.get(TASKS.COMPLETED_AT)),
                row.get(TASKS.ERROR),
                row.get(TASKS.DRY_RUN),
                row.get(TASKS.VERSION),
                instant(row.get(TASKS.START_BY)),
                instant(row.get(TASKS.DEADLINE_AT)),
                row.get(TASKS.ON_TIME));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable String data(org.jooq.@Nullable JSONB json) {
        return json == null ? null : json.data();
    }
}
