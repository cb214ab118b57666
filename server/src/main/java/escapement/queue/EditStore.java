package escapement.queue;

import escapement.task.Priority;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: changes tasks that wait, the wide row and the live one together. */
final class EditStore {
    // both rows, or the version read would be the one from before an edit that was waited for
    private static final String LOCK = """
            select l.status::text, t.version, l.attempt, l.attempt - l.uncounted as used, l.priority::text, l.run_at,
                   l.confidence_score, t.description, t.action_params::text, l.max_attempts, now()
              from escapement.live l join escapement.task t on t.id = l.id
             where l.id = ?
               for update of l, t
            """;

    /*
     * Where the task would stand if it had always been of the most urgent priority. By age it is kept between its submit and
     * its time: the ageing bound may have been another one when the place was given.
     */
    private static final String FIRST_PLACE = """
            case when w.by_deadline then l.claim_order - w.step * (array_position(enum_range(null::escapement.task_priority), l.priority) - 1)
                 else least(greatest(l.claim_order - w.step * (array_position(enum_range(null::escapement.task_priority), l.priority) - 1),
                                     (date_part('epoch', t.created_at) * 1000000)::bigint),
                            (date_part('epoch', greatest(now(), l.run_at)) * 1000000)::bigint) end""";
    private static final String ORDER =
            "?::boolean as by_deadline, ?::bigint as step, ?::bigint as behind_deadlines, ?::bigint as micros_behind";

    private static final String WRITE = """
            with wanted as (
                select ?::escapement.task_status as status, ?::escapement.task_priority as priority, ?::timestamptz as run_at,
                       ?::numeric as confidence_score, ?::text as description, ?::jsonb as action_params, ?::smallint as max_attempts, ?::text as principal,
                       %s
            ), before as materialized (
                select id, queue, status from escapement.live where id = ?
            ), edited as (
                update escapement.live l
                   set status = w.status, priority = w.priority, run_at = w.run_at,
                       confidence_score = w.confidence_score, max_attempts = w.max_attempts,
                       gate_path = case when l.status = 'DEFERRED' and w.confidence_score > coalesce(l.confidence_score, -1) then 'HUMAN' else l.gate_path end,
                       params_edited = l.params_edited or t.action_params <> w.action_params,
                       ready_at = case when w.status = l.status then l.ready_at when w.status = 'PENDING' then now() end,
                       claim_order = w.micros_behind
                           + case when ? and not (w.by_deadline and l.deadline_at is not null)
                                  then (date_part('epoch', greatest(now(), w.run_at)) * 1000000)::bigint + w.behind_deadlines
                                  else %s end
                  from escapement.task t, wanted w
                 where l.id = ? and t.id = l.id and l.status in ('BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED')
                returning l.id
            ), recorded as (
                update escapement.task t
                   set priority = w.priority, confidence_score = w.confidence_score, description = w.description,
                       action_params = w.action_params, max_attempts = w.max_attempts,
                       edited_by = case when t.action_params <> w.action_params or t.confidence_score is distinct from w.confidence_score
                                        then w.principal else t.edited_by end,
                       result_references = jsonb_path_exists(w.action_params, '$.**."$result"'), version = t.version + 1
                  from edited e, wanted w
                 where t.id = e.id
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select b.queue, b.status, w.status, 1, array[b.id]
                  from before b join edited e on e.id = b.id, wanted w
                 where w.status <> b.status
            )
            select count(*) from edited
            """.formatted(ORDER, FIRST_PLACE);

    private static final String REPRIORITISE = """
            with wanted as (
                select ?::escapement.task_priority as priority, %s
            ), changed as (
                update escapement.live l
                   set priority = w.priority,
                       claim_order = w.micros_behind + %s
                  from escapement.task t, wanted w
                 where l.id = any(?::bigint[]) and t.id = l.id and l.priority <> w.priority
                   and l.status in ('BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED')
                returning l.id
            ), recorded as (
                update escapement.task t
                   set priority = w.priority, version = t.version + 1
                  from changed c, wanted w
                 where t.id = c.id
            )
            select count(*) from changed
            """.formatted(ORDER, FIRST_PLACE);

    /** The live task, locked until the transaction ends; empty when it has ended or never was. */
    Optional<WaitingTask> lock(DSLContext tx, long id) {
        return tx.resultQuery(LOCK, id).fetchOptional(EditStore::waiting);
    }

    /** How the task ended; empty when it has not. */
    Optional<TaskStatus> ended(DSLContext tx, long id) {
        return tx.resultQuery("select status::text from escapement.ended where id = ?", id)
                .fetchOptional(row -> TaskStatus.valueOf(row.get(0, String.class)));
    }

    Optional<String> actionName(DSLContext tx, long id) {
        return tx.resultQuery("""
                        select a.name from escapement.task t join escapement.action a on a.id = t.action where t.id = ?""", id).fetchOptional(row -> row.get(0, String.class));
    }

    /** The tasks whose results a task may use, as text: those it waits for, and its parent. */
    Set<String> upstreams(DSLContext tx, long id) {
        return tx.resultQuery("""
                        select upstream::text from escapement.dependency where downstream = ?
                        union all
                        select parent_id::text from escapement.task where id = ? and parent_id is not null""", id, id).fetchSet(row -> row.get(0, String.class));
    }

    /** Makes the task that {@link #lock} found into this one. */
    void write(DSLContext tx, long id, EditedTask edited, String principal, ClaimOrder claimOrder) {
        int written = tx.resultQuery(
                        WRITE,
                        edited.status().name(),
                        edited.priority().name(),
                        text(edited.runAt()),
                        text(edited.confidenceScore()),
                        edited.description(),
                        edited.actionParams(),
                        edited.maxAttempts(),
                        principal,
                        claimOrder.by() == ClaimOrder.By.DEADLINE,
                        claimOrder.microsPerStep(),
                        claimOrder.microsBehindDeadlines(),
                        claimOrder.microsBehindCritical(edited.priority()),
                        id,
                        edited.startsAnew(),
                        id)
                .fetchSingle(row -> row.get(0, int.class));
        if (written != 1) {
            throw new IllegalStateException("task " + id + " was locked while it waited and does not wait any more");
        }
    }

    /** Gives tasks that wait another priority. @return how many had another one and wait */
    int reprioritiseAll(DSLContext tx, List<Long> ids, Priority priority, ClaimOrder claimOrder) {
        return tx.resultQuery(
                        REPRIORITISE,
                        priority.name(),
                        claimOrder.by() == ClaimOrder.By.DEADLINE,
                        claimOrder.microsPerStep(),
                        claimOrder.microsBehindDeadlines(),
                        claimOrder.microsBehindCritical(priority),
                        ids.toArray(Long[]::new))
                .fetchSingle(row -> row.get(0, int.class));
    }

    private static WaitingTask waiting(Record row) {
        return new WaitingTask(
                TaskStatus.valueOf(row.get(0, String.class)),
                row.get(1, int.class),
                row.get(2, int.class),
                row.get(3, int.class),
                Priority.valueOf(row.get(4, String.class)),
                instant(row.get(5, OffsetDateTime.class)),
                row.get(6, java.math.BigDecimal.class),
                row.get(7, String.class),
                row.get(8, String.class),
                row.get(9, int.class),
                row.get(10, OffsetDateTime.class).toInstant());
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
