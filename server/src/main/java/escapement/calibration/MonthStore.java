package escapement.calibration;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;

/** SQL: brings days that are over into the coarser sums and makes months of days that are old, exactly. Thread-safe. */
final class MonthStore {
    /** The oldest such day, for many at once would take longer than a statement may; the follower, which might add to it, waits. */
    private static final String ROLL = """
            with turn as materialized (
                select from escapement.follower where name = 'calibration' for update
            ), oldest as materialized (
                select min(period) as day from escapement.calibration_micro where not is_month and period < ?::date
            ), gone as (
                delete from escapement.calibration_micro m
                 using oldest o
                 where not m.is_month and m.period = o.day
                   and exists (select from turn)
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
        return database.statement(connection -> {
            try (PreparedStatement roll = connection.prepareStatement(ROLL_DAY);
                    PreparedStatement rolled = connection.prepareStatement(ROLLED_BEFORE)) {
                roll.setString(1, day.toString());
                roll.executeQuery().close();
                rolled.setString(1, day.toString());
                try (ResultSet row = rolled.executeQuery()) {
                    row.next();
                    return row.getBoolean(1);
                }
            }
        });
    }

    /** Makes the oldest day before {@code day} part of its month. @return whether there may be more */
    boolean rollOne(LocalDate day) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ROLL)) {
                statement.setString(1, day.toString());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1) > 0;
                }
            }
        });
    }
}
