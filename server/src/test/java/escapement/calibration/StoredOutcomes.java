package escapement.calibration;

import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.util.List;

/** Puts outcomes into the tables of sums, as the follower would have. */
public final class StoredOutcomes {
    private static final String MADE = """
            with given as (
                select a.id as action, o.risk_level::escapement.risk_level, o.path::escapement.gate_path as path, o.day::date, o.c6, o.ok
                  from unnest(?::text[], ?::text[], ?::text[], ?::integer[], ?::boolean[]) o (action_name, risk_level, day, c6, ok)
                  join escapement.action a on a.name = o.action_name
            )
            """.replace("o.path", "'%s'");

    private static final String DAYS = MADE + """
            insert into escapement.calibration_day as t (day, action, risk_level, path, bin, n, s, sc, scc, scs, sq, sqv)
            select day, action, risk_level, path, least(c6 / 100000, 9), count(*), count(*) filter (where ok), sum(c6), sum(c6::numeric * c6),
                   coalesce(sum(c6) filter (where ok), 0), sum(c6), sum(c6::numeric * (1000000 - c6))
              from given group by 1, 2, 3, 4, 5
            """;

    private static final String THOUSANDTHS = MADE + """
            insert into escapement.calibration_micro (action, period, is_month, risk_level, path, micro, n, s, sc, scc, scs)
            select action, day, false, risk_level, path, c6 / 1000, count(*), count(*) filter (where ok), sum(c6), sum(c6::numeric * c6),
                   coalesce(sum(c6) filter (where ok), 0)
              from given group by 1, 2, 4, 5, 6
            """;

    private StoredOutcomes() {}

    public static void add(TestDatabase database, String path, List<Golden.Row> rows) {
        String[] actions = rows.stream().map(Golden.Row::action).toArray(String[]::new);
        String[] risks = rows.stream().map(Golden.Row::risk).toArray(String[]::new);
        String[] days = rows.stream().map(row -> row.day().toString()).toArray(String[]::new);
        Integer[] c6 = rows.stream().map(row -> (int) row.c6()).toArray(Integer[]::new);
        Boolean[] ok = rows.stream().map(Golden.Row::ok).toArray(Boolean[]::new);
        Sql.update(
                database,
                "insert into escapement.action (name) select distinct unnest(?::text[]) on conflict do nothing",
                (Object) actions);
        for (String statement : List.of(DAYS, THOUSANDTHS)) {
            Sql.update(database, statement.formatted(path), actions, risks, days, c6, ok);
        }
    }
}
