package escapement.task;

import static escapement.db.generated.Tables.ACTION;
import static escapement.db.generated.Tables.ATTEMPT;
import static escapement.db.generated.Tables.ENDED;
import static escapement.db.generated.Tables.LIVE;
import static escapement.db.generated.Tables.QUEUE;
import static escapement.db.generated.Tables.TASK;
import static escapement.db.generated.report.Tables.TASKS;
import static org.jooq.impl.DSL.castNull;
import static org.jooq.impl.DSL.condition;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.jsonbGetAttributeAsText;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.regexpReplaceAll;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.using;

import escapement.db.Database;
import escapement.db.generated.enums.TaskPriority;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record3;
import org.jooq.Select;
import org.jooq.conf.SettingsTools;
import org.jooq.conf.StatementType;
import org.jspecify.annotations.Nullable;

/** SQL: the tasks of a filter, a page at a time, and how many there are. Thread-safe. */
public final class ListStore {
    /** What a page looks at: a filter that hardly anything matches must not read all tasks. */
    public static final int LOOKED_AT = 100_000;

    /**
     * The count of a status looks at no more; at twice as many where narrow rows know all that is asked for, at half as many
     * where it takes a wide row of each, most of which lie on a page of their own.
     */
    public static final int LOOKED_AT_TO_COUNT = 5000;

    /** Where tasks stand that show how their latest attempt failed. */
    private static final Set<TaskStatus> SHOWING_ERROR =
            EnumSet.of(TaskStatus.SCHEDULED, TaskStatus.PENDING, TaskStatus.FAILED, TaskStatus.CANCELLED);

    private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 1);
    private static final int DAY_BITS = 40;
    /** An id may be of a moment before its task. */
    private static final Duration ID_AHEAD = Duration.ofHours(1);

    /** A task that came from a file and is older than its id tells: exactly the condition of an index. */
    private static final Condition STRAY = condition(
            "{0} at time zone 'UTC' < timestamp '2026-01-01' + ({1} >> 40) * interval '1 day'",
            TASK.CREATED_AT, TASK.ID);

    private static final escapement.db.generated.tables.Task LOOKED = TASK.as("looked");

    /** As {@link #columns}, so that both go into one list. */
    private static final List<Field<?>> LIVE_COLUMNS = List.of(
            LIVE.ID,
            LIVE.ACTION,
            LIVE.QUEUE,
            LIVE.PRIORITY,
            LIVE.RISK_LEVEL,
            LIVE.CONFIDENCE_SCORE,
            castNull(TASK.CREATED_BY).as(TASK.CREATED_BY),
            castNull(TASK.DESCRIPTION).as(TASK.DESCRIPTION),
            castNull(TASK.METADATA).as(TASK.METADATA));

    private final Database database;

    public ListStore(Database database) {
        this.database = database;
    }

    /**
     * A page of tasks, newest first. It may hold fewer than {@code limit} although more follow, for it looks at
     * {@value #LOOKED_AT} tasks at most, or a quarter of them for an error, which is looked up for each.
     *
     * @param beforeId only tasks older than this id; {@link Long#MAX_VALUE} for the first page
     */
    public Page page(TaskFilter filter, long beforeId, int limit) {
        return read(jooq -> page(jooq, filter, beforeId, limit));
    }

    private static Page page(DSLContext jooq, TaskFilter filter, long beforeId, int limit) {
        // the page is found in narrow tables by index, and only its rows are put together
        CommonTableExpression<Record1<Long>> page = name("page")
                .fields("id")
                .as(select(LOOKED.ID)
                        .from(looked(filter, filter.status(), beforeId).asTable(LOOKED))
                        .where(matches(filter, LOOKED))
                        .orderBy(LOOKED.ID.desc())
                        .limit(limit + 1));
        List<Task> found = jooq.with(page)
                .select(TaskStore.ROW)
                .from(page)
                .join(TASKS)
                .on(TASKS.ID.eq(page.field(name("id"), Long.class)))
                .orderBy(TASKS.ID.desc())
                .fetch(TaskStore::task);
        if (found.size() > limit) {
            return new Page(found.subList(0, limit), found.get(limit - 1).id());
        }
        return new Page(found, lookedTo(jooq, filter, beforeId));
    }

    /** The last task looked at; null when there is none before it. */
    private static @Nullable Long lookedTo(DSLContext jooq, TaskFilter filter, long beforeId) {
        return jooq.select(count(), min(LOOKED.ID))
                .from(looked(filter, filter.status(), beforeId).asTable(LOOKED))
                .fetchSingle(row -> row.value1() < mostLookedAt(filter) ? null : row.value2());
    }

    /** How many tasks of a filter stand in each status, whatever status it names itself. */
    public Map<TaskStatus, Count> counts(TaskFilter filter) {
        Select<Record3<String, Integer, Integer>> counts = null;
        for (TaskStatus status : TaskStatus.values()) {
            Select<Record3<String, Integer, Integer>> one = select(
                            inline(status.name()), count().filterWhere(matches(filter, LOOKED)), count())
                    .from(looked(filter, status, Long.MAX_VALUE, mostToCount(filter, status))
                            .asTable(LOOKED));
            counts = counts == null ? one : counts.unionAll(one);
        }
        Select<Record3<String, Integer, Integer>> asked = Objects.requireNonNull(counts);
        Map<TaskStatus, Count> found = new EnumMap<>(TaskStatus.class);
        for (Record3<String, Integer, Integer> row : read(jooq -> jooq.fetch(asked))) {
            TaskStatus status = TaskStatus.valueOf(row.value1());
            found.put(status, new Count(row.value2(), row.value3() == mostToCount(filter, status)));
        }
        return found;
    }

    private static int mostLookedAt(TaskFilter filter) {
        return filter.error() == null ? LOOKED_AT : LOOKED_AT / 4;
    }

    private static int mostToCount(TaskFilter filter, TaskStatus status) {
        if (isOfWideColumns(filter)) {
            return LOOKED_AT_TO_COUNT / 2;
        }
        return status.isTerminal() || !isOfLiveColumns(filter) ? LOOKED_AT_TO_COUNT : 2 * LOOKED_AT_TO_COUNT;
    }

    /**
     * Reads with the values in the statement, for a plan made for any filter would read far more than one made for this, and
     * without helpers: to start two for each part of a count took twice the time that the count takes.
     */
    private <T> T read(Function<DSLContext, T> work) {
        return database.atOneMoment(tx -> {
            tx.execute("set local max_parallel_workers_per_gather = 0");
            return work.apply(using(tx.configuration()
                    .derive(SettingsTools.clone(tx.settings()).withStatementType(StatementType.STATIC_STATEMENT))));
        });
    }

    /** The newest tasks before an id, of which some match. */
    private static Select<?> looked(TaskFilter filter, @Nullable TaskStatus status, long beforeId) {
        return looked(filter, status, beforeId, mostLookedAt(filter));
    }

    private static Select<?> looked(TaskFilter filter, @Nullable TaskStatus status, long beforeId, int most) {
        List<Select<Record>> parts = new ArrayList<>();
        for (Found found : found(filter)) {
            if (status == null && filter.error() == null) {
                parts.add(ofAll(found, beforeId, most));
            } else if (status == null) {
                SHOWING_ERROR.forEach(one -> parts.add(ofStatus(filter, found, one, beforeId, most)));
            } else {
                parts.add(ofStatus(filter, found, status, beforeId, most));
            }
        }
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        Select<Record> all = parts.stream().reduce(Select::unionAll).orElseThrow();
        return select(columns(LOOKED))
                .from(all.asTable(LOOKED))
                .orderBy(LOOKED.ID.desc())
                .limit(inline(most));
    }

    private static Select<Record> ofAll(Found found, long beforeId, int most) {
        return select(columns(TASK))
                .from(TASK)
                .where(found.in(TASK.ID, beforeId))
                .and(found.condition())
                .orderBy(TASK.ID.desc())
                .limit(inline(most));
    }

    private static Select<Record> ofStatus(TaskFilter filter, Found found, TaskStatus status, long beforeId, int most) {
        Condition shown = filter.error() == null || SHOWING_ERROR.contains(status) ? noCondition() : falseCondition();
        if (status.isTerminal()) {
            return select(columns(TASK))
                    .from(ENDED)
                    .join(TASK)
                    .on(TASK.ID.eq(ENDED.ID))
                    .where(ENDED.STATUS.eq(literal(status)))
                    .and(found.in(ENDED.ID, beforeId))
                    .and(found.in(TASK.ID, beforeId))
                    .and(found.condition())
                    .and(shown)
                    .orderBy(ENDED.ID.desc())
                    .limit(inline(most));
        }
        if (isOfLiveColumns(filter)) {
            return select(LIVE_COLUMNS)
                    .from(LIVE)
                    .where(LIVE.STATUS.eq(literal(status)))
                    .and(LIVE.ID.lt(beforeId))
                    .and(shown)
                    .orderBy(LIVE.ID.desc())
                    .limit(inline(most));
        }
        return select(columns(TASK))
                .from(LIVE)
                .join(TASK)
                .on(TASK.ID.eq(LIVE.ID))
                .where(LIVE.STATUS.eq(literal(status)))
                .and(found.in(LIVE.ID, beforeId))
                .and(found.in(TASK.ID, beforeId))
                .and(found.condition())
                .and(shown)
                .orderBy(LIVE.ID.desc())
                .limit(inline(most));
    }

    /** Whether the narrow rows of live tasks know all that is asked for, so that no wide one need be read. */
    private static boolean isOfLiveColumns(TaskFilter filter) {
        return filter.workflowId() == null && filter.ids().isEmpty() && !isOfWideColumns(filter);
    }

    private static boolean isOfWideColumns(TaskFilter filter) {
        return !filter.created().equals(Between.any())
                || filter.createdBy() != null
                || filter.description() != null
                || filter.metadata() != null;
    }

    private static List<Field<?>> columns(escapement.db.generated.tables.Task task) {
        return List.of(
                task.ID,
                task.ACTION,
                task.QUEUE,
                task.PRIORITY,
                task.RISK_LEVEL,
                task.CONFIDENCE_SCORE,
                task.CREATED_BY,
                task.DESCRIPTION,
                task.METADATA);
    }

    /** All that a filter asks of a task, but for its status. */
    static Condition everything(TaskFilter filter) {
        return named(filter).and(created(filter)).and(matches(filter, TASK));
    }

    // inlined: a plan made for any status could not use the index of the rare ones
    static Field<escapement.db.generated.enums.TaskStatus> literal(TaskStatus status) {
        return org.jooq.impl.DSL.inline(escapement.db.generated.enums.TaskStatus.valueOf(status.name()));
    }

    /** What an index of tasks serves; a task fits one of them at most. */
    private static List<Found> found(TaskFilter filter) {
        Condition wanted = named(filter).and(created(filter));
        Instant from = filter.created().from();
        Instant below = filter.created().below();
        long first = from == null ? 0 : firstIdOf(from);
        if (below == null) {
            return List.of(new Found(first, Long.MAX_VALUE, wanted));
        }
        long beyond = firstIdOf(below.plus(Duration.ofDays(1)).plus(ID_AHEAD));
        return List.of(new Found(first, beyond, wanted), new Found(beyond, Long.MAX_VALUE, wanted.and(STRAY)));
    }

    /** Tasks from an id on and before another that fit a condition. */
    private record Found(long from, long before, Condition condition) {
        /** In every table that is read: an id that two tables share does not share its bounds by itself. */
        Condition in(Field<Long> id, long beforeId) {
            return id.ge(from).and(id.lt(Math.min(before, beforeId)));
        }
    }

    private static Condition named(TaskFilter filter) {
        Condition condition = filter.ids().isEmpty() ? noCondition() : TASK.ID.in(filter.ids());
        return filter.workflowId() == null ? condition : condition.and(inWorkflow(filter.workflowId()));
    }

    private static Condition created(TaskFilter filter) {
        Condition condition = noCondition();
        Instant from = filter.created().from();
        if (from != null) {
            condition =
                    condition.and(TASK.ID.ge(firstIdOf(from))).and(TASK.CREATED_AT.ge(from.atOffset(ZoneOffset.UTC)));
        }
        Instant below = filter.created().below();
        return below == null ? condition : condition.and(TASK.CREATED_AT.lt(below.atOffset(ZoneOffset.UTC)));
    }

    /** The first id of the day of a moment, or of the day before if that is near. */
    private static long firstIdOf(Instant at) {
        LocalDate day = at.minus(ID_AHEAD).atOffset(ZoneOffset.UTC).toLocalDate();
        return Math.max(0, ChronoUnit.DAYS.between(FIRST_DAY, day)) << DAY_BITS;
    }

    /** A task that names no workflow is one of its own, called after its id. */
    private static Condition inWorkflow(String workflowId) {
        Condition named = TASK.WORKFLOW_ID.eq(workflowId);
        try {
            return named.or(TASK.ID.eq(Long.parseLong(workflowId)).and(TASK.WORKFLOW_ID.isNull()));
        } catch (NumberFormatException e) {
            return named;
        }
    }

    /** What is to be looked at in every task. */
    private static Condition matches(TaskFilter filter, escapement.db.generated.tables.Task task) {
        Condition condition = noCondition();
        if (filter.action() != null) {
            condition = condition.and(
                    task.ACTION.eq(select(ACTION.ID).from(ACTION).where(ACTION.NAME.eq(filter.action()))));
        }
        if (filter.queue() != null) {
            condition = condition.and(task.QUEUE.eq(select(QUEUE.ID).from(QUEUE).where(QUEUE.NAME.eq(filter.queue()))));
        }
        if (filter.priority() != null) {
            condition = condition.and(
                    task.PRIORITY.eq(TaskPriority.valueOf(filter.priority().name())));
        }
        if (filter.riskLevel() != null) {
            condition = condition.and(task.RISK_LEVEL.eq(escapement.db.generated.enums.RiskLevel.valueOf(
                    filter.riskLevel().name())));
        }
        if (filter.confidence().from() != null) {
            condition =
                    condition.and(task.CONFIDENCE_SCORE.ge(filter.confidence().from()));
        }
        if (filter.confidence().below() != null) {
            condition =
                    condition.and(task.CONFIDENCE_SCORE.lt(filter.confidence().below()));
        }
        if (filter.createdBy() != null) {
            condition = condition.and(task.CREATED_BY.eq(filter.createdBy()));
        }
        if (filter.description() != null) {
            condition = condition.and(task.DESCRIPTION.containsIgnoreCase(filter.description()));
        }
        if (filter.metadata() != null) {
            condition = condition.and(
                    jsonbGetAttributeAsText(task.METADATA, filter.metadata().name())
                            .eq(filter.metadata().value()));
        }
        if (filter.error() != null) {
            condition = condition.and(shows(task, filter.error()));
        }
        return condition;
    }

    /** A # stands for any number, as in the report failures-by-error, or for itself. */
    private static Condition shows(escapement.db.generated.tables.Task task, String error) {
        Field<String> shown = latestError(task);
        Condition literally = shown.containsIgnoreCase(error);
        return error.contains("#")
                ? literally.or(
                        regexpReplaceAll(latestError(task), "[0-9]+", "#").containsIgnoreCase(error))
                : literally;
    }

    private static Field<String> latestError(escapement.db.generated.tables.Task task) {
        return field(select(ATTEMPT.ERROR)
                .from(ATTEMPT)
                .where(ATTEMPT.TASK_ID.eq(task.ID))
                .orderBy(ATTEMPT.ATTEMPT_.desc())
                .limit(inline(1)));
    }

    /** The statuses of these in which a task can match. */
    static List<TaskStatus> possible(TaskFilter filter, Set<TaskStatus> statuses) {
        return statuses.stream()
                .filter(status -> filter.error() == null || SHOWING_ERROR.contains(status))
                .toList();
    }

    /**
     * Tasks, newest first.
     *
     * @param next tasks before this id may follow; null: none does
     */
    public record Page(List<Task> tasks, @Nullable Long next) {
        public Page {
            tasks = List.copyOf(tasks);
        }
    }

    /** How many tasks there are. @param more there may be more; they were not looked at */
    public record Count(long tasks, boolean more) {}
}
