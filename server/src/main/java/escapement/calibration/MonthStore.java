package escapement.calibration;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;

/** SQL: makes months of days that are old, exactly. Thread-safe. */
final class MonthStore {
    /** The oldest month that has such days; the follower, which might add to one of them, waits. */
    private static final String ROLL = """
            with turn as materialized (
                select from escapement.follower where name = 'calibration' for update
            ), oldest as materialized (
                select min(period) as day from escapement.calibration_micro where not is_month and period < ?::date
            ), gone as (
                delete from escapement.calibration_micro m
                 using oldest o
                 where not m.is_month and m.period < ?::date and m.period < date_trunc('month', o.day) + interval '1 month'
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

    private final Database database;

    MonthStore(Database database) {
        this.database = database;
    }

    /** Makes a month of its days before {@code day}, the oldest such. @return whether there may be more */
    boolean rollOne(LocalDate day) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(ROLL)) {
                statement.setString(1, day.toString());
                statement.setString(2, day.toString());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1) > 0;
                }
            }
        });
    }
}
