package escapement.follow;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.util.List;

/**
 * SQL: makes hours of old minutes and days of old hours in the roll-ups, so that their size is steady. Repeatable; nothing is
 * lost or doubled by whoever runs beside. Thread-safe.
 */
public final class CompactionStore {
    private static final int ROWS = 20_000;
    private static final String COMPACT = """
            with gone as (
                delete from escapement.%1$s
                 where (minute, %2$s) in (
                       select minute, %2$s from escapement.%1$s
                        where minute < date_trunc('%4$s', now() - interval '%5$s', 'UTC') and minute <> date_trunc('%4$s', minute, 'UTC')
                        order by minute limit %6$d)
                returning *
            ), added as (
                insert into escapement.%1$s as r (minute, %2$s, %3$s)
                select date_trunc('%4$s', minute, 'UTC'), %2$s, %7$s from gone group by date_trunc('%4$s', minute, 'UTC'), %2$s
                 order by date_trunc('%4$s', minute, 'UTC'), %2$s
                    on conflict (minute, %2$s) do update set %8$s
            )
            select count(*) from gone
            """;
    /** Minutes of durations go early: a day of them is asked for in one question. */
    private static final List<String> STATEMENTS = List.of(
            attempts("hour", "2 days"),
            attempts("day", "62 days"),
            spread("hour", "2 hours"),
            spread("day", "62 days"),
            submits("hour", "2 days"),
            submits("day", "62 days"));

    private final Database database;

    public CompactionStore(Database database) {
        this.database = database;
    }

    /** @return how many rows became part of others */
    public int compact() {
        int all = 0;
        for (String statement : STATEMENTS) {
            int some;
            do {
                some = run(statement);
                all += some;
            } while (some == ROWS);
        }
        return all;
    }

    private int run(String compact) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(compact);
                    var row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        });
    }

    private static String attempts(String unit, String age) {
        return COMPACT.formatted(
                "attempt_minute",
                "action, queue, outcome",
                "n, wait_ms, run_ms",
                unit,
                age,
                ROWS,
                "sum(n), sum(wait_ms), sum(run_ms)",
                "n = r.n + excluded.n, wait_ms = r.wait_ms + excluded.wait_ms, run_ms = r.run_ms + excluded.run_ms");
    }

    private static String submits(String unit, String age) {
        return COMPACT.formatted("submit_minute", "queue", "n", unit, age, ROWS, "sum(n)", "n = r.n + excluded.n");
    }

    private static String spread(String unit, String age) {
        return COMPACT.formatted(
                "attempt_spread",
                "measure, action, queue, bucket, outcome",
                "n",
                unit,
                age,
                ROWS,
                "sum(n)",
                "n = r.n + excluded.n");
    }
}
