package escapement.calibration.map;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Record;

/** SQL: the outcomes that maps are fitted on. Those that a person let go on are none of them: people pick. */
final class EvidenceStore {
    private static final String PERIODS = """
            select action, period, is_month, sum(n)::bigint, sum(s)::bigint
              from escapement.calibration_micro where path in ('AUTO', 'PROBE')
             group by action, period, is_month order by period, is_month, action
            """;
    // whole numbers throughout: the same sums in whatever order
    private static final String SUMS = """
            with periods as materialized (
                select * from unnest(?::smallint[], ?::date[], ?::boolean[], ?::bigint[], ?::boolean[], ?::boolean[])
                    as p (action, period, is_month, weight, is_old, is_old_of_all)
            ), rows as (
                select m.action, m.micro, m.n, m.s, m.sc, p.weight, p.is_old, p.is_old_of_all
                  from escapement.calibration_micro m join periods p using (action, period, is_month)
                 where m.path in ('AUTO', 'PROBE')
            )
            select action, micro,
                   sum(n * weight), sum(s * weight), sum(sc * weight),
                   sum(n * weight) filter (where is_old), sum(s * weight) filter (where is_old), sum(sc * weight) filter (where is_old),
                   sum(n) filter (where not is_old), sum(s) filter (where not is_old), sum(sc) filter (where not is_old),
                   sum(n * weight) filter (where is_old_of_all), sum(s * weight) filter (where is_old_of_all), sum(sc * weight) filter (where is_old_of_all),
                   sum(n) filter (where not is_old_of_all), sum(s) filter (where not is_old_of_all), sum(sc) filter (where not is_old_of_all)
              from rows group by action, micro order by action, micro
            """;

    List<Period> periods(DSLContext tx) {
        return tx.resultQuery(PERIODS)
                .fetch(row -> new Period(
                        row.get(0, Short.class),
                        row.get(1, LocalDate.class),
                        row.get(2, Boolean.class),
                        row.get(3, Long.class),
                        row.get(4, Long.class)));
    }

    List<Sums> sums(DSLContext tx, List<Weighed> periods) {
        return tx.resultQuery(
                        SUMS,
                        periods.stream().map(one -> one.period().action()).toArray(Short[]::new),
                        periods.stream().map(one -> one.period().first()).toArray(LocalDate[]::new),
                        periods.stream().map(one -> one.period().isMonth()).toArray(Boolean[]::new),
                        periods.stream().map(Weighed::weight).toArray(Long[]::new),
                        periods.stream().map(Weighed::isOld).toArray(Boolean[]::new),
                        periods.stream().map(Weighed::isOldOfAll).toArray(Boolean[]::new))
                .fetch(row -> new Sums(
                        row.get(0, Short.class),
                        row.get(1, Integer.class),
                        sum(row, 2),
                        sum(row, 5),
                        sum(row, 8),
                        sum(row, 11),
                        sum(row, 14)));
    }

    private static Sum sum(Record row, int from) {
        return new Sum(whole(row, from), whole(row, from + 1), whole(row, from + 2));
    }

    private static BigInteger whole(Record row, int column) {
        BigDecimal number = row.get(column, BigDecimal.class);
        return number == null ? BigInteger.ZERO : number.toBigIntegerExact();
    }

    /** A day, or a month that begins on it, of one action. */
    record Period(short action, LocalDate first, boolean isMonth, long n, long successes) {
        /** The day after it. */
        LocalDate end() {
            return isMonth ? first.plusMonths(1) : first.plusDays(1);
        }
    }

    /** @param isOld whether it is before the newest outcomes of its action @param isOldOfAll the same of all actions together */
    record Weighed(Period period, long weight, boolean isOld, boolean isOldOfAll) {}

    /** Of one action at one thousandth of confidence. */
    record Sums(short action, int micro, Sum all, Sum old, Sum fresh, Sum oldOfAll, Sum freshOfAll) {}
}
