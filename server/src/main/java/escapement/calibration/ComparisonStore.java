package escapement.calibration;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.LocalDate;
import java.util.List;
import org.jooq.DSLContext;

/** SQL: compares the sums with the attempts that they are of, and makes them anew from these. Thread-safe. */
public final class ComparisonStore {
    // the lines that the follower is still to add belong to what there is: the attempts' side has all verdicts already
    private static final String BY_DAY = """
            select coalesce(d.day, x.day) || ' action ' || coalesce(d.action, x.action) || ' ' || coalesce(d.risk_level, x.risk_level) || ' '
                   || coalesce(d.path, x.path) || ' bin ' || coalesce(d.bin, x.bin) || ': summed ' || coalesce(d.n, 0) || ', ' || coalesce(d.s, 0)
                   || ' well, the attempts say ' || coalesce(x.n, 0) || ', ' || coalesce(x.s, 0)
              from (select day, action, risk_level, path, bin, sum(n) as n, sum(s) as s, sum(sc) as sc, sum(scc) as scc, sum(scs) as scs,
                           sum(sq) as sq, sum(sqv) as sqv
                      from (select * from escapement.calibration_day where %1$s
                            union all
                            select day, action, risk_level, path, least(c6 / 100000, 9), sign, case when ok then sign else 0 end, sign * c6::bigint,
                                   sign * c6::bigint * c6, case when ok then sign * c6::bigint else 0 end, sign * q6::bigint,
                                   sign * q6::bigint * (1000000 - q6)
                              from escapement.calibration_delta where %1$s) t
                     group by 1, 2, 3, 4, 5) d
              full join (%2$s) x
                on x.day = d.day and x.action = d.action and x.risk_level = d.risk_level and x.path = d.path and x.bin = d.bin
             where (coalesce(d.n, 0), coalesce(d.s, 0), coalesce(d.sc, 0), coalesce(d.scc, 0), coalesce(d.scs, 0), coalesce(d.sq, 0), coalesce(d.sqv, 0))
                <> (coalesce(x.n, 0), coalesce(x.s, 0), coalesce(x.sc, 0), coalesce(x.scc, 0), coalesce(x.scs, 0), coalesce(x.sq, 0), coalesce(x.sqv, 0))
            """;
    // by months, as the older days are kept
    private static final String BY_MICRO = """
            select coalesce(d.month, x.month) || ' action ' || coalesce(d.action, x.action) || ' ' || coalesce(d.risk_level, x.risk_level) || ' '
                   || coalesce(d.path, x.path) || ' thousandth ' || coalesce(d.micro, x.micro) || ': summed ' || coalesce(d.n, 0) || ', '
                   || coalesce(d.s, 0) || ' well, the attempts say ' || coalesce(x.n, 0) || ', ' || coalesce(x.s, 0)
              from (select month, action, risk_level, path, micro, sum(n) as n, sum(s) as s, sum(sc) as sc, sum(scc) as scc, sum(scs) as scs
                      from (select date_trunc('month', period)::date as month, action, risk_level, path, micro, n, s, sc, scc, scs
                              from escapement.calibration_micro
                            union all
                            select date_trunc('month', day)::date, action, risk_level, path, c6 / 1000, sign, case when ok then sign else 0 end,
                                   sign * c6::bigint, sign * c6::bigint * c6, case when ok then sign * c6::bigint else 0 end
                              from escapement.calibration_delta) t
                     group by 1, 2, 3, 4, 5) d
              full join (select date_trunc('month', day)::date as month, action, risk_level, path, micro, sum(n) as n, sum(s) as s, sum(sc) as sc,
                                sum(scc) as scc, sum(scs) as scs
                           from cells group by 1, 2, 3, 4, 5) x
                on x.month = d.month and x.action = d.action and x.risk_level = d.risk_level and x.path = d.path and x.micro = d.micro
             where (coalesce(d.n, 0), coalesce(d.s, 0), coalesce(d.sc, 0), coalesce(d.scc, 0), coalesce(d.scs, 0))
                <> (coalesce(x.n, 0), coalesce(x.s, 0), coalesce(x.sc, 0), coalesce(x.scc, 0), coalesce(x.scs, 0))
            """;

    /** A question for {@code verify}: each cell whose sums are not those of its attempts, as text. */
    public static final String DIFFERENCES = "with " + SumSql.expected("", "", "") + ", "
            + SumSql.CELLS_WITH_REMOVED.formatted("true")
            + BY_DAY.formatted("true", SumSql.BY_BIN) + " union all " + BY_MICRO;

    /** Another: each coarser sum that is not that of the finer ones. */
    public static final String ROLLED_DIFFERENCES = RolledSql.DIFFERENCES;

    private static final String OF_ONE_DAY = "with "
            + SumSql.expected(
                    "and a.ended_at >= ?::date::timestamp at time zone 'UTC' and a.ended_at < (?::date + 1)::timestamp at time zone 'UTC'",
                    "and (a.ended_at at time zone 'UTC')::date = ?::date",
                    "and (ended_at at time zone 'UTC')::date = ?::date")
            + ", " + SumSql.CELLS_WITH_REMOVED.formatted("day = ?::date")
            + BY_DAY.formatted("day = ?::date", SumSql.BY_BIN);

    private static final String DUE = """
            select coalesce(checked_day + 1, ?::date) as day from escapement.calibration_state
             where swept_to is null and coalesce(checked_day, '-infinity') < ?::date for update skip locked
            """;
    private static final String CHECKED = """
            update escapement.calibration_state set checked_day = ?::date, checked_at = now(), differences = ?
            """;
    private static final String ALARM = """
            insert into escapement.event (kind, principal, detail)
            values ('calibration_differs', 'server', jsonb_build_object('day', ?::text, 'cells', ?, 'example', ?::text))
            """;

    // whoever adds to the sums holds one of these rows, and takes it before any other lock
    static final String LOCK = "select from escapement.follower where name = 'calibration' for update";

    private static final String LOCK_SWEEP = "select from escapement.calibration_state for update";
    private static final String FORGET = "delete from escapement.calibration_day";
    private static final String FORGET_MICRO = "delete from escapement.calibration_micro";
    // triggers take away what they had added, so only what should not be there is left
    private static final String FORGET_ROLLED_BINS = "delete from escapement.calibration_bins_rolled";
    private static final String FORGET_ROLLED_THOUSANDTHS = "delete from escapement.calibration_thousandths_rolled";
    private static final String FORGET_PACKED = "delete from escapement.calibration_packed";
    // taken out and put in again, past the triggers
    private static final String SET_MISSING_ASIDE =
            "create temporary table missing_aside on commit drop as select * from escapement.calibration_missing";
    private static final String FORGET_MISSING = "delete from escapement.calibration_missing";
    private static final String FORGET_ROLLED_MISSING = "delete from escapement.calibration_missing_rolled";
    private static final String PUT_MISSING_BACK =
            "insert into escapement.calibration_missing select * from missing_aside order by day, action, risk_level, bin, fate";
    private static final String COUNT = "select coalesce(sum(n), 0)::bigint from escapement.calibration_day";
    private static final String MAKE =
            """
            with gone as (
                delete from escapement.calibration_delta
            ), """ + SumSql.expected("", "", "") + ", " + SumSql.CELLS_WITH_REMOVED.formatted("true") + ", "
                    + SumSql.ADDED
                    + "select coalesce(sum(n), 0)::bigint from cells";

    private static final String MOST = "select coalesce(max(differences), 0) from escapement.calibration_state";

    private final Database database;

    public ComparisonStore(Database database) {
        this.database = database;
    }

    /** The day that is to be compared next, {@code yesterday} at the latest; the row stays locked by {@code tx}. */
    List<LocalDate> due(DSLContext tx, LocalDate yesterday) {
        return tx.resultQuery(DUE, yesterday.toString(), yesterday.toString())
                .fetch(row -> row.get(0, LocalDate.class));
    }

    /** The cells of a day whose sums are not those of its attempts. */
    List<String> differences(DSLContext tx, LocalDate day) {
        String text = day.toString();
        return tx.resultQuery(OF_ONE_DAY, text, text, text, text, text, text, text)
                .fetch(row -> row.get(0, String.class));
    }

    void checked(DSLContext tx, LocalDate day, List<String> differences) {
        tx.query(CHECKED, day.toString(), (long) differences.size()).execute();
        if (!differences.isEmpty()) {
            tx.query(ALARM, day.toString(), differences.size(), differences.getFirst())
                    .execute();
        }
    }

    /** How many cells of the last day that was compared were not as the attempts said. */
    public long lastDifferences() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(MOST);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /** Makes all sums of outcomes anew from the attempts and what people said of them; whoever follows waits meanwhile. */
    public Recount recount() {
        return database.inTransaction(tx -> {
            tx.execute("set local statement_timeout = '1h'");
            tx.fetch(LOCK);
            tx.fetch(LOCK_SWEEP);
            long before = tx.resultQuery(COUNT).fetchSingle(row -> row.get(0, long.class));
            tx.execute(FORGET);
            tx.execute(FORGET_MICRO);
            tx.execute(FORGET_ROLLED_BINS);
            tx.execute(FORGET_ROLLED_THOUSANDTHS);
            tx.execute(FORGET_PACKED);
            tx.execute(SET_MISSING_ASIDE);
            tx.execute(FORGET_MISSING);
            tx.execute(FORGET_ROLLED_MISSING);
            tx.execute(PUT_MISSING_BACK);
            long after = tx.resultQuery(MAKE).fetchSingle(row -> row.get(0, long.class));
            return new Recount(before, after);
        });
    }

    /** How many outcomes were summed up before and after. */
    public record Recount(long before, long after) {}
}
