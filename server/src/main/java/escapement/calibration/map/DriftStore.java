package escapement.calibration.map;

import escapement.calibration.map.Cusum.Outcomes;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: outcomes by day since the map in force, and what was made of them. */
final class DriftStore {
    // whole days alone, and of them those after the one on which the map came into force
    private static final String SCOPES = """
            with scopes as materialized (
                select a.action, coalesce(f.publication, 0) as publication, m.from_day, m.to_day,
                       coalesce((f.published_at at time zone 'UTC')::date, (now() at time zone 'UTC')::date - 366) as since
                  from (select 0::smallint as action union select distinct action from escapement.calibration_day) a
                  left join lateral escapement.map_in_force(a.action) f on true
                  left join escapement.calibration_map m on m.version = f.version
            ), of_scopes as (
                select s.*, d.period as day, d.bin, d.n, d.s, d.sq, d.sqv from scopes s
                  join report.calibration_bins_rolled d on d.action = s.action
                 where not d.is_month and d.path in ('AUTO', 'PROBE') and d.period < (now() at time zone 'UTC')::date
            )
            """;
    private static final String PUBLICATIONS = SCOPES + "select action, publication from scopes order by action";
    private static final String DAYS = SCOPES + """
            select action, day, sum(n)::bigint, sum(s)::bigint, sum(sq) / 1e6, sum(sqv) / 1e12
              from of_scopes where day > since group by action, day order by action, day
            """;
    private static final String BINS = SCOPES + """
            select action, bin, coalesce(sum(n) filter (where day between from_day and to_day), 0)::bigint,
                   coalesce(sum(n) filter (where day > since), 0)::bigint
              from of_scopes group by action, bin order by action, bin
            """;
    private static final String SCOPE = """
            select coalesce(a.id, 0::smallint), f.version, coalesce((f.published_at at time zone 'UTC')::date, (now() at time zone 'UTC')::date - 366)
              from (select) one
              left join escapement.action a on a.name = ?
              left join lateral escapement.map_in_force(coalesce(a.id, 0::smallint)) f on true
             where ?::text is null or a.id is not null
            """;
    private static final String DAYS_OF_ONE = """
            select period, sum(n)::bigint, sum(s)::bigint, sum(sq) / 1e6, sum(sqv) / 1e12
              from report.calibration_bins_rolled
             where action = ? and not is_month and path in ('AUTO', 'PROBE') and period > ?::date and period < (now() at time zone 'UTC')::date
             group by period order by period
            """;
    private static final String ALARMED =
            "select action, publication from escapement.calibration_drift where alarm_since is not null";
    private static final String LOCK = "lock table escapement.calibration_drift in share row exclusive mode";
    private static final String FORGET = "delete from escapement.calibration_drift";
    private static final String PUT = """
            insert into escapement.calibration_drift (action, publication, n, batches, up, down, alarm_since, shift, psi)
            values (?, ?, ?, ?, ?, ?, ?::date, ?, ?)
            """;
    private static final String TELL = """
            insert into escapement.webhook_delivery (event, detail)
            select 'calibration_drift', ?::jsonb || jsonb_build_object('action', a.name)
              from (select) one left join escapement.action a on a.id = ?
             where escapement.webhook_wanted()
            """;
    // what is said of an older map is not said of this one
    private static final String LIST = """
            select a.name, f.version, f.published_at, coalesce(f.is_stale, false), d.computed_at, d.n, d.batches, d.up, d.down, d.alarm_since, d.shift, d.psi
              from escapement.calibration_drift d
              left join escapement.action a on a.id = d.action
              left join lateral escapement.map_in_force(d.action) f on true
             where d.publication = coalesce(f.publication, 0)
             order by d.action
            """;

    /** What is in force by action, 0 for all: its publication, 0 for none. */
    Map<Short, Long> publications(DSLContext tx) {
        return tx.resultQuery(PUBLICATIONS).fetchMap(row -> row.get(0, Short.class), row -> row.get(1, Long.class));
    }

    /** By action, 0 for all. */
    Map<Short, List<Outcomes>> days(DSLContext tx) {
        Map<Short, List<Outcomes>> days = new TreeMap<>();
        tx.resultQuery(DAYS)
                .forEach(row -> days.computeIfAbsent(row.get(0, Short.class), any -> new ArrayList<>())
                        .add(new Outcomes(
                                row.get(1, LocalDate.class),
                                row.get(2, Long.class),
                                row.get(3, Long.class),
                                row.get(4, Double.class),
                                row.get(5, Double.class))));
        return days;
    }

    /** Of an action, null for all: since when its map is in force; empty when there is no such action. */
    Optional<Scope> scope(DSLContext tx, @Nullable String action) {
        return tx.resultQuery(SCOPE, action, action)
                .fetchOptional(row ->
                        new Scope(row.get(0, Short.class), row.get(1, Integer.class), row.get(2, LocalDate.class)));
    }

    List<Outcomes> days(DSLContext tx, Scope scope) {
        return tx.resultQuery(DAYS_OF_ONE, scope.action(), scope.since().toString())
                .fetch(row -> new Outcomes(
                        row.get(0, LocalDate.class),
                        row.get(1, Long.class),
                        row.get(2, Long.class),
                        row.get(3, Double.class),
                        row.get(4, Double.class)));
    }

    /** By action, 0 for all: the ten bins of the outcomes that the map was fitted on, and of those since. */
    Map<Short, long[][]> bins(DSLContext tx) {
        Map<Short, long[][]> bins = new TreeMap<>();
        tx.resultQuery(BINS).forEach(row -> {
            long[][] both = bins.computeIfAbsent(row.get(0, Short.class), any -> new long[2][10]);
            both[0][row.get(1, Integer.class)] = row.get(2, Long.class);
            both[1][row.get(1, Integer.class)] = row.get(3, Long.class);
        });
        return bins;
    }

    /** The publications under alarm, by action. */
    Map<Short, Long> alarmed(DSLContext tx) {
        return tx.resultQuery(ALARMED).fetchMap(row -> row.get(0, Short.class), row -> row.get(1, Long.class));
    }

    /** Lets nobody else note what he found before this transaction ends. */
    void lock(DSLContext tx) {
        tx.query(LOCK).execute();
    }

    void forget(DSLContext tx) {
        tx.query(FORGET).execute();
    }

    void put(DSLContext tx, short action, long publication, long n, Cusum cusum, @Nullable Double psi) {
        tx.query(
                        PUT,
                        action,
                        publication,
                        n,
                        cusum.batches(),
                        cusum.up(),
                        cusum.down(),
                        cusum.alarm().map(Cusum.Alarm::since).orElse(null),
                        cusum.alarm().map(Cusum.Alarm::shift).orElse(null),
                        psi)
                .execute();
    }

    /** Tells whoever listens at the webhook. */
    void tell(DSLContext tx, short action, String detail) {
        tx.query(TELL, detail, action).execute();
    }

    /** That of all first. */
    List<Drift> list(DSLContext tx) {
        return tx.resultQuery(LIST).fetch(DriftStore::drift);
    }

    /** @param action 0 for all @param version null: no map is in force */
    record Scope(short action, @Nullable Integer version, LocalDate since) {}

    private static Drift drift(Record row) {
        OffsetDateTime published = row.get(2, OffsetDateTime.class);
        return new Drift(
                row.get(0, String.class),
                row.get(1, Integer.class),
                published == null ? null : published.toInstant(),
                row.get(3, Boolean.class),
                row.get(4, OffsetDateTime.class).toInstant(),
                row.get(5, Long.class),
                row.get(6, Integer.class),
                row.get(7, Double.class),
                row.get(8, Double.class),
                row.get(9, LocalDate.class),
                row.get(10, Double.class),
                row.get(11, Double.class));
    }
}
