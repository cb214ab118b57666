package escapement.metricslog;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.DSLContext;
import org.jooq.Record;

/**
 * SQL: attempts that another system made, and the outcomes of its tasks for calibration. A task's outcome is that of its
 * last line; when a later one comes, what was counted before is taken away again.
 */
final class ImportStore {
    /** The name of what ran, where a log does not say or nobody here knows it. */
    private static final String NAMELESS = "imported";

    private static final String ADD_NAMELESS = """
            insert into escapement.action (name, description)
            select n.name, 'What another system did, by its imported log.' from (select cast(? as text) as name) n
             where not exists (select from escapement.action a where a.name = n.name) -- a conflict burns a number each time
                on conflict (name) do nothing
            """;

    // read back from this very database, they would count twice
    private static final String OWN = """
            select g.task_id, g.attempt
              from unnest(cast(? as text[]), cast(? as integer[]), cast(? as timestamptz[])) as g (task_id, attempt, ended_at)
             where exists (select from escapement.attempt a
                            where a.task_id = case when g.task_id ~ '^[0-9]{1,18}$' then g.task_id::bigint end
                              and a.attempt = g.attempt and a.ended_at = g.ended_at)
            """;

    // an id that is used anew takes the place of the task before, as it did in the old system
    private static final String ADD = """
            with given as (
                select distinct on (task_id, attempt) *
                  from unnest(cast(? as text[]), cast(? as integer[]), cast(? as timestamptz[]), cast(? as smallint[]),
                              cast(cast(? as text[]) as escapement.risk_level[]), cast(? as numeric[]), cast(? as text[]),
                              cast(? as boolean[]), cast(? as boolean[]))
                       with ordinality as g (task_id, attempt, ended_at, action, risk_level, confidence_score, status, ok, countable, place)
                 order by task_id, attempt, ended_at desc, place desc
            ), replaced as materialized (
                select o.* from escapement.imported_attempt o
                  join given g on o.source = ? and o.task_id = g.task_id and o.attempt = g.attempt
                 where g.ended_at > o.ended_at and o.counted
            ), taken_away as (
                insert into escapement.calibration_delta (day, action, risk_level, path, c6, q6, ok, sign)
                select (ended_at at time zone 'UTC')::date, action, risk_level, 'AUTO', (confidence_score * 1000000)::integer,
                       (confidence_score * 1000000)::integer, ok, -1
                  from replaced
            ), stored as (
                insert into escapement.imported_attempt as i
                       (source, task_id, attempt, ended_at, action, risk_level, confidence_score, status, ok, countable)
                select ?, task_id, attempt, ended_at, action, risk_level, confidence_score, status, ok, countable from given
                 order by task_id, attempt
                    on conflict (source, task_id, attempt) do update
                   set ended_at = excluded.ended_at, action = excluded.action, risk_level = excluded.risk_level,
                       confidence_score = excluded.confidence_score, status = excluded.status, ok = excluded.ok,
                       countable = excluded.countable, counted = false, imported_at = now()
                 where excluded.ended_at > i.ended_at
                returning 1
            )
            select (select count(*) from stored) as added, (select count(*) from replaced) as taken_away
            """;

    private static final String SETTLE = """
            with last as materialized (
                select distinct on (task_id) task_id, attempt, countable from escapement.imported_attempt
                 where source = ? and task_id = any(cast(? as text[]))
                 order by task_id, ended_at desc, attempt desc
            ), outdated as (
                update escapement.imported_attempt i set counted = false from last l
                 where i.source = ? and i.task_id = l.task_id and i.attempt <> l.attempt and i.counted
                returning i.*
            ), newest as (
                update escapement.imported_attempt i set counted = true from last l
                 where i.source = ? and i.task_id = l.task_id and i.attempt = l.attempt and l.countable and not i.counted
                returning i.*
            ), told as (
                insert into escapement.calibration_delta (day, action, risk_level, path, c6, q6, ok, sign)
                select (ended_at at time zone 'UTC')::date, action, risk_level, 'AUTO', (confidence_score * 1000000)::integer,
                       (confidence_score * 1000000)::integer, ok, sign
                  from (select *, -1 as sign from outdated union all select *, 1 from newest) changed
                returning sign
            )
            select coalesce(sum(sign), 0) from told
            """;

    /** Stores what is new of these lines. */
    Stored add(DSLContext tx, String source, List<ImportedLine> lines) {
        tx.fetch("select pg_advisory_xact_lock(hashtextextended(?, 0))", "import " + source); // one import at a time
        Set<String> own = own(tx, lines);
        List<ImportedLine> foreign =
                lines.stream().filter(line -> !own.contains(key(line))).toList();
        Record added = store(tx, source, foreign);
        String[] tasks = foreign.stream().map(ImportedLine::taskId).distinct().toArray(String[]::new);
        int outcomes = tx.fetchSingle(SETTLE, source, tasks, source, source).get(0, Integer.class);
        return new Stored(
                added.get(0, Integer.class), lines.size() - foreign.size(), outcomes - added.get(1, Integer.class));
    }

    private static Set<String> own(DSLContext tx, List<ImportedLine> lines) {
        return new HashSet<>(tx.fetch(OWN, taskIds(lines), attempts(lines), ends(lines))
                .map(row -> row.get(0, String.class) + " " + row.get(1, Integer.class)));
    }

    private static String key(ImportedLine line) {
        return line.taskId() + " " + line.attempt();
    }

    private static Record store(DSLContext tx, String source, List<ImportedLine> lines) {
        Map<String, Short> actions = actions(tx, lines);
        return tx.fetchSingle(
                ADD,
                taskIds(lines),
                attempts(lines),
                ends(lines),
                lines.stream()
                        .map(line -> actions.getOrDefault(
                                line.actionName() == null ? NAMELESS : line.actionName(), actions.get(NAMELESS)))
                        .toArray(Short[]::new),
                lines.stream().map(line -> line.riskLevel().name()).toArray(String[]::new),
                lines.stream().map(ImportedLine::confidence).toArray(BigDecimal[]::new),
                lines.stream().map(ImportedLine::status).toArray(String[]::new),
                lines.stream().map(ImportedLine::ok).toArray(Boolean[]::new),
                lines.stream().map(ImportedLine::countable).toArray(Boolean[]::new),
                source,
                source);
    }

    // names that no node ever offered are not recorded: there is room for 32767, and a log may hold anything
    private static Map<String, Short> actions(DSLContext tx, List<ImportedLine> lines) {
        tx.execute(ADD_NAMELESS, NAMELESS);
        Set<String> names = lines.stream()
                .map(line -> line.actionName() == null ? NAMELESS : line.actionName())
                .collect(Collectors.toSet());
        names.add(NAMELESS);
        Map<String, Short> numbers = new HashMap<>();
        tx.fetch("select name, id from escapement.action where name = any(cast(? as text[]))", (Object)
                        names.toArray(String[]::new))
                .forEach(row -> numbers.put(row.get(0, String.class), row.get(1, Short.class)));
        return numbers;
    }

    private static String[] taskIds(List<ImportedLine> lines) {
        return lines.stream().map(ImportedLine::taskId).toArray(String[]::new);
    }

    private static Integer[] attempts(List<ImportedLine> lines) {
        return lines.stream().map(ImportedLine::attempt).toArray(Integer[]::new);
    }

    private static OffsetDateTime[] ends(List<ImportedLine> lines) {
        return lines.stream()
                .map(line -> line.endedAt().atOffset(ZoneOffset.UTC))
                .toArray(OffsetDateTime[]::new);
    }

    /**
     * What became of some lines.
     *
     * @param added that were new, or newer than what had their place
     * @param own that this database itself has made
     * @param outcomes how many more tasks count than before
     */
    record Stored(int added, int own, int outcomes) {}
}
