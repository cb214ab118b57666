package escapement.calibration;

/**
 * Questions about the coarser sums, which triggers keep: whether they are those of the finer ones. Days that are not over for
 * them yet they lack.
 */
final class RolledSql {
    /** Each coarser sum that is not that of the finer ones, as text. */
    static final String DIFFERENCES = differences(
                    "calibration_bins_rolled",
                    "calibration_day",
                    "day",
                    "false",
                    "risk_level, path, bin",
                    "n, s, sc, scc, scs, sq, sqv")
            + " union all "
            + differences(
                    "calibration_thousandths_rolled",
                    "calibration_micro",
                    "period",
                    "is_month",
                    "risk_level, path, micro",
                    "n, s, sc, scc, scs")
            + " union all "
            + differences(
                    "calibration_missing_rolled", "calibration_missing", "day", "false", "risk_level, bin, fate", "n")
            + " union all " + """
            select 'calibration_packed: action ' || action || ' ' || period || ' ' || risk_level || ' ' || path || ': differs'
              from (select action, is_month, period, risk_level, path,
                           string_agg(int2send(micro) || int4send(n::integer) || int4send(s::integer), '' order by micro) as cells
                      from (select c.action, p.is_month, p.period, c.risk_level, c.path, c.micro, sum(c.n) as n, sum(c.s) as s
                              from escapement.calibration_micro c
                             cross join lateral (values (false, c.period), (true, date_trunc('month', c.period::timestamp)::date)) p (is_month, period)
                             where (p.is_month or not c.is_month) and (c.is_month or c.period < escapement.calibration_rolled_before())
                             group by 1, 2, 3, 4, 5, 6
                            having sum(c.n) <> 0 or sum(c.s) <> 0) m
                     group by action, is_month, period, risk_level, path) d
              full join escapement.calibration_packed x using (action, is_month, period, risk_level, path)
             where coalesce(d.cells, '') <> coalesce(x.cells, '')
            """;

    private RolledSql() {}

    private static String differences(
            String rolled, String source, String day, String isMonth, String keys, String sums) {
        return """
                select '%1$s: action ' || action || ' ' || period || ' ' || concat_ws(' ', %5$s) || ': ' || sum(n) || ' are missing'
                  from (select p.action, p.is_month, p.period, %5$s, %6$s
                          from escapement.%2$s c
                         cross join lateral (values (0::smallint, false, c.%3$s), (0, true, date_trunc('month', c.%3$s::timestamp)::date),
                                                    (c.action, true, date_trunc('month', c.%3$s::timestamp)::date)) p (action, is_month, period)
                         where (p.is_month or not %4$s) and (%4$s or c.%3$s < escapement.calibration_rolled_before())
                         union all
                        select action, is_month, period, %5$s, %7$s from escapement.%1$s) d
                 group by action, is_month, period, %5$s
                having %8$s <> %9$s
                """.formatted(
                        rolled,
                        source,
                        day,
                        isMonth.equals("false") ? isMonth : "c." + isMonth,
                        keys,
                        sums,
                        each(sums, "-%s"),
                        "row(" + each(sums, "sum(%s)") + ")",
                        "row(" + each(sums, "0") + ")");
    }

    private static String each(String names, String form) {
        return names.replaceAll("[a-z]+", form.replace("%s", "$0"));
    }
}
