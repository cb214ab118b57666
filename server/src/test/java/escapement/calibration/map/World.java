package escapement.calibration.map;

import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Outcomes as the follower would have counted them, of submitters whose logit of the stated confidence is normal with mean
 * 1.6 and deviation 1.2.
 */
record World(DoubleUnaryOperator truth) {
    /** Twice too sure on the logit scale: what they say with 0.8 comes true in two of three cases, with 0.95 in four of five. */
    static final World OVER_CONFIDENT = new World(p -> LogisticFit.sigmoid(Evidence.logit(p) / 2));

    /** Says 0.9 where 0.67 comes true. */
    static final World RECKLESS = new World(p -> LogisticFit.sigmoid(Evidence.logit(p) - 1.5));

    /** Says 0.6 where 0.83 comes true. */
    static final World TIMID = new World(p -> LogisticFit.sigmoid(Evidence.logit(p) + 1.2));

    static double stated(Random random) {
        return Evidence.clip(LogisticFit.sigmoid(1.6 + 1.2 * random.nextGaussian()));
    }

    /** Counts outcomes of so many days, yesterday the last. */
    void count(TestDatabase database, String action, int n, int days, long seed) {
        Random random = new Random(seed);
        StringBuilder outcomes = new StringBuilder("[");
        for (int i = 0; i < n; i++) {
            double p = stated(random);
            outcomes.append(i == 0 ? "" : ",")
                    .append("{\"c6\":")
                    .append(Math.round(p * 1e6))
                    .append(",\"ok\":")
                    .append(random.nextDouble() < truth.applyAsDouble(p))
                    .append(",\"ago\":")
                    .append(1 + i % days)
                    .append('}');
        }
        count(database, action, "AUTO", outcomes.append(']').toString());
    }

    /** @param outcomes an array of objects c6, ok, ago (in days) */
    static void count(TestDatabase database, String action, String path, String outcomes) {
        Sql.update(database, """
                insert into escapement.calibration_micro (action, period, is_month, risk_level, path, micro, n, s, sc, scc, scs)
                select a.id, (now() at time zone 'UTC')::date - r.ago, false, 'HIGH', ?::escapement.gate_path, r.c6 / 1000, count(*),
                       count(*) filter (where r.ok), sum(r.c6), sum(r.c6::numeric * r.c6), coalesce(sum(r.c6) filter (where r.ok), 0)
                  from jsonb_to_recordset(?::jsonb) as r (c6 integer, ok boolean, ago integer)
                  join escapement.action a on a.name = ?
                 group by a.id, r.ago, r.c6 / 1000
                """, path, outcomes, action);
    }

    /** Counts a day's outcomes of one confidence for the drift. */
    static void day(TestDatabase database, String action, int ago, int n, int s, int c6, int q6) {
        Sql.update(database, """
                insert into escapement.calibration_day (day, action, risk_level, path, bin, n, s, sc, scc, scs, sq, sqv)
                select (now() at time zone 'UTC')::date - ?::integer, a.id, 'HIGH', 'AUTO', least(?::integer / 100000, 9), ?, ?,
                       ?::bigint * ?::bigint, 0, 0, ?::bigint * ?::bigint, ?::bigint * ?::bigint * (1000000 - ?::bigint)
                  from escapement.action a where a.name = ?
                """, ago, c6, n, s, c6, n, q6, n, q6, n, q6, action);
    }

    static void forget(TestDatabase database) {
        Sql.update(database, "delete from escapement.calibration_micro");
        Sql.update(database, "delete from escapement.calibration_publication");
    }
}
