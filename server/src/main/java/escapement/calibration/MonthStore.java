package escapement.calibration;

import escapement.db.Database;
import java.time.LocalDate;
import java.util.Objects;

/** SQL: brings days that are over into the coarser sums and makes months of days that are old, exactly. Thread-safe. */
final class MonthStore {
    /** The oldest such day, for many at once would take longer than a statement may. */
    private static final String ROLL = """
            with oldest as materialized (
                select min(period) as day from escapement.calibration_micro where not is_month and period < ?::date
            ), gone as (
                delete from escapement.calibration_micro m
                 using oldest o
                 where not m.is_month and m.period = o.day
                returning m.*
            ), added as (
                insert into escapement.calibration_micro as t (action, period, is_month, risk_level, path, micro, n, s, sc, scc, scs)
                select action, date_trunc('month', period)::date, true, risk_level, path, micro, sum(n), sum(s), sum(sc), sum(scc), sum(scs)
                  from gone group by 1, 2, 4, 5, 6 order by 1, 2, 4, 5, 6
                    on conflict (action, period, is_month, risk_level, path, micro) do update
                   set n = t.n + excluded.n, s = t.s + excluded.s, sc = t.sc + excluded.sc, scc = t.scc + excluded.scc,
                       scs = t.scs + excluded.scs
            )
            select count(*) from gone
            """;

    private static final String ROLL_DAY =
            "select escapement.calibration_roll_days(least(escapement.calibration_rolled_before() + 1, ?::date))";
    private static final String ROLLED_BEFORE = "select escapement.calibration_rolled_before() < ?::date";

    private final Database database;

    MonthStore(Database database) {
        this.database = database;
    }

    /** Brings the first day that is not yet in the coarser sums into them. @return whether there is another before {@code day} */
    boolean rollDay(LocalDate day) {
        if (!isToRoll(day)) {
            return false; // or every start of a node would lock the sums
        }
        database.inTransaction(tx -> tx.fetch(ROLL_DAY, day.toString()));
        return isToRoll(day);
    }

    private boolean isToRoll(LocalDate day) {
        return Boolean.TRUE.equals(
                database.jooq().resultQuery(ROLLED_BEFORE, day.toString()).fetchOne(0, Boolean.class));
    }

    /** Makes the oldest day before {@code day} part of its month. @return whether there may be more */
    boolean rollOne(LocalDate day) {
        return database.inTransaction(tx -> {
            // First, as all who change these sums do, and the follower rests: the statement locks their tables as soon
            // as it is read, and two nodes would wait for each other
            tx.execute(ComparisonStore.LOCK);
            return Objects.requireNonNull(tx.resultQuery(ROLL, day.toString()).fetchOne(0, Long.class)) > 0;
        });
    }
}
