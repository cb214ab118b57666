package escapement.calibration.report;

import escapement.calibration.score.Cells;
import escapement.calibration.score.Sums;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** SQL: reads sums, what came to no outcome, and how old they are, in one snapshot. Thread-safe. */
public final class EvidenceStore {
    private static final int DAYS = 90;

    private static final String NOW = """
            select (now() at time zone 'UTC')::date as today, as_of from report.calibration_as_of
            """;

    // by action and month, which is a look into the index for each; not by month alone, which is in none
    private static final String KEPT_BY_MONTHS = """
            select exists (select from escapement.action a
                            where exists (select from escapement.calibration_micro m
                                           where m.action = a.id and m.period between ? and ? and m.is_month))
            """;

    private static final String SLICE = """
               and (?::text is null or c.action_name = ?)
               and (?::text is null or c.risk_level = ?::escapement.risk_level)
            """;

    private static final String PATH = """
               and case when ?::text is null then c.path <> 'HUMAN' else c.path = ?::escapement.gate_path end
            """;

    private static final String BINS = """
            select %s as part, c.bin as cell, sum(c.n) as n, sum(c.s) as s, sum(c.sc) as sc, sum(c.scc) as scc, sum(c.scs) as scs
              from report.calibration_sums c
             where c.day between ? and ?
            """ + SLICE + PATH + " group by 1, 2 having sum(c.n) > 0";

    private static final String THOUSANDTHS = """
            select %s as part, c.micro as cell, sum(c.n) as n, sum(c.s) as s, sum(c.sc) as sc, sum(c.scc) as scc, sum(c.scs) as scs
              from report.calibration_thousandths c
             where c.period between ? and ?
            """ + SLICE + PATH + " group by 1, 2 having sum(c.n) > 0";

    // each thousandth takes the knot of its action's map; where there is no map it stays as stated
    private static final String CALIBRATED = """
            with stated as (
                select %s as part, c.action_name, c.micro, sum(c.n) as n, sum(c.s) as s, sum(c.sc) as sc, sum(c.scc) as scc, sum(c.scs) as scs
                  from report.calibration_thousandths c
                 where c.period between ? and ?
            """ + SLICE + PATH + """
                 group by 1, 2, 3
                having sum(c.n) > 0
            ), knots as (
                select m.action_name, k.place - 1 as micro, k.q6::numeric as q6
                  from report.calibration_maps_in_force m
                 cross join lateral unnest(m.knots) with ordinality k (q6, place)
            )
            select s.part, coalesce(floor(k.q6 / 1000), s.micro) as cell, sum(s.n) as n, sum(s.s) as s,
                   sum(coalesce(s.n * k.q6, s.sc)) as sc, sum(coalesce(s.n * k.q6 * k.q6, s.scc)) as scc,
                   sum(coalesce(s.s * k.q6, s.scs)) as scs
              from stated s
              left join knots k on k.action_name = s.action_name and k.micro = s.micro
             group by 1, 2
            """;

    private static final String COVERAGE = """
            with counts as (
                select %1$s as part, c.bin, c.path::text as fate, c.n, c.s
                  from report.calibration_sums c
                 where c.day between ? and ?
            """ + SLICE + """
                 union all
                select %1$s, c.bin, c.fate::text, c.n, 0
                  from report.calibration_missing c
                 where c.day between ? and ?
            """ + SLICE + """
                 union all
                select %2$s, case when c.confidence_score is null then -1 else least(floor(c.confidence_score * 10), 9) end::smallint,
                       case when c.status = 'DEFERRED' then 'DEFERRED' else 'PENDING' end, 1, 0
                  from report.live_tasks c
                 -- a task's id tells its day
                 where c.id >= (greatest(?::date, date '2026-01-01') - date '2026-01-01')::bigint << 40
                   and c.id < (greatest(?::date, date '2025-12-31') - date '2026-01-01' + 1)::bigint << 40
            """ + SLICE + """
            )
            select part, bin, fate, sum(n) as n, sum(s) as s from counts group by part, bin, fate
            """;

    private final Database database;

    public EvidenceStore(Database database) {
        this.database = database;
    }

    /**
     * Reads.
     *
     * @param finest by thousandths; otherwise by tenths, which costs less
     * @throws InvalidInputException when the days are the wrong way round or are not kept so finely
     */
    public Evidence read(Question question, Part part, boolean finest) {
        return database.atOneMoment(tx -> {
            // pools plan once for all values, which is wrong for a span of days and a slice that may be everything
            tx.execute("set local plan_cache_mode = force_custom_plan");
            return tx.connectionResult(connection -> read(connection, question, part, finest));
        });
    }

    private static Evidence read(Connection connection, Question question, Part part, boolean finest)
            throws SQLException {
        Now now = now(connection);
        Window window = window(connection, question, now.today());
        boolean calibrated = question.basis() == Question.Basis.CALIBRATED;
        if (calibrated && part.isFinerThanMonths() && keptByMonths(connection, window.from(), window.to())) {
            throw new InvalidInputException(new Fault(
                    "every",
                    part.name(),
                    "must be MONTH with basis=CALIBRATED from " + window.from()
                            + " on, for thousandths of days so old are kept by the month; or take a later from"));
        }
        String sql = calibrated ? CALIBRATED : finest ? THOUSANDTHS : BINS;
        String expression = calibrated || finest ? part.ofThousandths() : part.ofSums();
        return new Evidence(
                question,
                window,
                now.asOf(),
                cells(connection, sql.formatted(expression), question, window),
                coverage(connection, question, window, part));
    }

    private static Now now(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOW);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Now(
                    row.getObject("today", LocalDate.class),
                    row.getObject("as_of", OffsetDateTime.class).toInstant());
        }
    }

    private static Window window(Connection connection, Question question, LocalDate today) throws SQLException {
        LocalDate to = question.to() == null ? today : question.to();
        LocalDate from = question.from() == null ? to.minusDays(DAYS - 1) : question.from();
        if (from.isAfter(to)) {
            throw new InvalidInputException(new Fault("from", from.toString(), "must not be after to, which is " + to));
        }
        LocalDate first = from.withDayOfMonth(1);
        LocalDate last = YearMonth.from(to).atEndOfMonth();
        boolean cutsFirst = from.isAfter(first) && keptByMonths(connection, first, first);
        boolean cutsLast = to.isBefore(last) && keptByMonths(connection, to.withDayOfMonth(1), to.withDayOfMonth(1));
        return new Window(cutsFirst ? first : from, cutsLast ? last : to, cutsFirst || cutsLast);
    }

    private static boolean keptByMonths(Connection connection, LocalDate from, LocalDate to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KEPT_BY_MONTHS)) {
            statement.setObject(1, from);
            statement.setObject(2, to);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static SortedMap<String, Cells> cells(Connection connection, String sql, Question question, Window window)
            throws SQLException {
        SortedMap<String, List<Sums>> parts = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int at = bind(statement, 1, question, window);
            String path = name(question.path());
            statement.setString(at, path);
            statement.setString(at + 1, path);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    parts.computeIfAbsent(row.getString("part"), part -> new ArrayList<>())
                            .add(sums(row));
                }
            }
        }
        SortedMap<String, Cells> found = new TreeMap<>();
        parts.forEach((part, sums) -> found.put(part, Cells.of(sums)));
        return found;
    }

    private static Sums sums(ResultSet row) throws SQLException {
        return new Sums(
                row.getLong("n"),
                row.getLong("s"),
                row.getLong("sc"),
                row.getBigDecimal("scc").toBigIntegerExact(),
                row.getLong("scs"));
    }

    private static SortedMap<String, List<Coverage>> coverage(
            Connection connection, Question question, Window window, Part part) throws SQLException {
        // over time coverage would compare ends of one week with submissions of another
        String expression = part == Part.ACTION ? part.ofSums() : Part.NOTHING.ofSums();
        SortedMap<String, List<Coverage>> parts = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COVERAGE.formatted(expression, expression))) {
            int at = bind(statement, 1, question, window);
            at = bind(statement, at, question, window);
            bind(statement, at, question, window);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<Coverage> bins = parts.computeIfAbsent(row.getString("part"), some -> empty());
                    int bin = row.getInt("bin");
                    bins.set(bin + 1, bins.get(bin + 1).plus(coverage(bin, row)));
                }
            }
        }
        return parts;
    }

    private static Coverage coverage(int bin, ResultSet row) throws SQLException {
        String fate = row.getString("fate");
        long n = row.getBigDecimal("n").longValueExact();
        BigDecimal successes = row.getBigDecimal("s");
        return new Coverage(
                bin,
                fate.equals("AUTO") ? n : 0,
                fate.equals("PROBE") ? n : 0,
                fate.equals("HUMAN") ? n : 0,
                fate.equals("DEFERRED") ? n : 0,
                fate.equals("PENDING") ? n : 0,
                fate.equals("REJECTED") ? n : 0,
                fate.equals("SKIPPED") ? n : 0,
                fate.equals("CANCELLED") ? n : 0,
                fate.equals("DRY_RUN") ? n : 0,
                fate.equals("UNSCORED") ? n : 0,
                successes.longValueExact());
    }

    private static List<Coverage> empty() {
        return new ArrayList<>(IntStream.range(-1, 10).mapToObj(Coverage::none).toList());
    }

    private static int bind(PreparedStatement statement, int first, Question question, Window window)
            throws SQLException {
        statement.setObject(first, window.from());
        statement.setObject(first + 1, window.to());
        statement.setString(first + 2, question.action());
        statement.setString(first + 3, question.action());
        statement.setString(first + 4, question.risk());
        statement.setString(first + 5, question.risk());
        return first + 6;
    }

    private static @Nullable String name(@Nullable Enum<?> value) {
        return value == null ? null : value.name();
    }

    private record Now(LocalDate today, Instant asOf) {}
}
