package escapement.calibration.report;

import escapement.action.RiskLevel;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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

    /*
     * In all that follows: 1 which kind of sums, 2 by what they are kept apart, 3 to 5 tenths, thousandths and what is missing
     * of the periods asked for, 6 which action and risk level, 7 who let it run, 8 and 9 the days. The name of an action alone
     * is a parameter; the rest are days and names from closed lists, written out for the planner, which joined to a list
     * of periods would read the whole year.
     */
    private static final String SUMS = """
            sum(c.sign * c.n) as n, sum(c.sign * c.s) as s, sum(c.sign * c.sc) as sc, sum(c.sign * c.scc) as scc, sum(c.sign * c.scs) as scs
            """;

    private static final String BINS = "select %2$s as part, c.bin as cell, " + SUMS + """
              from %3$s
             where %1$s %6$s %7$s
             group by 1, 2
            having sum(c.sign * c.n) > 0
            """;

    private static final String THOUSANDTHS = "select %2$s as part, c.micro as cell, " + SUMS + """
              from %4$s
             where %1$s %6$s %7$s
             group by 1, 2
            having sum(c.sign * c.n) > 0
            """;

    private static final String COVERAGE = """
            with counts as (
                select %2$s as part, c.bin, c.path::text as fate, c.sign * c.n as n, c.sign * c.s as s
                  from %3$s
                 where %1$s %6$s
                 union all
                select %2$s, c.bin, c.fate::text, c.sign * c.n, 0
                  from %5$s
                 where %1$s %6$s
                 union all
                select %2$s, case when c.confidence_score is null then -1 else least(floor(c.confidence_score * 10), 9) end::smallint,
                       case when c.status = 'DEFERRED' then 'DEFERRED' else 'PENDING' end, 1, 0
                  from report.live_tasks c
                 -- a task's id tells its day
                 where c.id >= (greatest(date '%8$s', date '2026-01-01') - date '2026-01-01')::bigint << 40
                   and c.id < (greatest(date '%9$s', date '2025-12-31') - date '2026-01-01' + 1)::bigint << 40
                   %6$s
            )
            select part, bin, fate, sum(n) as n, sum(s) as s from counts group by part, bin, fate having sum(n) > 0
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
            // months are few rows of a table that is in memory: by the index, not by reading all of it
            tx.execute("set local random_page_cost = 1.1");
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
        return new Evidence(
                question,
                window,
                now.asOf(),
                calibrated
                        ? calibrated(connection, finest, question, window, part)
                        : stated(connection, finest, question, window, part),
                coverage(connection, question, window, part));
    }

    private static String sql(String sql, Question question, Window window, Part part) {
        boolean ofAll = question.action() == null && part != Part.ACTION;
        return sql(sql, question, window, part, ofAll ? "c.of_all" : "not c.of_all");
    }

    private static String sql(String sql, Question question, Window window, Part part, String kind) {
        RiskLevel risk = question.risk();
        Question.Path path = question.path();
        return sql.formatted(
                kind,
                part.sql(),
                periods("report.calibration_bins_rolled", window, part),
                periods("report.calibration_thousandths_rolled", window, part),
                periods("report.calibration_missing_rolled", window, part),
                (question.action() == null ? "" : " and c.action_name = ?")
                        + (risk == null ? "" : " and c.risk_level = '" + risk + "'"),
                path == null ? " and c.path <> 'HUMAN'" : " and c.path = '" + path + "'",
                window.from(),
                window.to());
    }

    private static String periods(String view, Window window, Part part) {
        return Span.of(window, part).stream()
                .map(span -> span.sql(view))
                .collect(Collectors.joining(" union all ", "(", ") c"));
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

    private static SortedMap<String, Cells> stated(
            Connection connection, boolean finest, Question question, Window window, Part part) throws SQLException {
        CellsByPart found = new CellsByPart();
        addStated(connection, sql(finest ? THOUSANDTHS : BINS, question, window, part), question, found);
        return found.cells();
    }

    private static void addStated(Connection connection, String sql, Question question, CellsByPart found)
            throws SQLException {
        try (PreparedStatement statement = asking(connection, sql, question);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(row.getString("part"), row.getInt("cell"), sums(row));
            }
        }
    }

    /** Of actions without a map as stated. */
    private static SortedMap<String, Cells> calibrated(
            Connection connection, boolean finest, Question question, Window window, Part part) throws SQLException {
        MappedStore maps = MappedStore.of(connection, question.action());
        if (maps.isEmpty()) {
            return stated(connection, finest, question, window, part);
        }
        CellsByPart found = maps.read(connection, question, window, part, finest);
        if (!maps.unmapped().isEmpty()) {
            String others = "not c.of_all and c.action in (%s)".formatted(maps.unmapped());
            addStated(connection, sql(finest ? THOUSANDTHS : BINS, question, window, part, others), question, found);
        }
        return found.cells();
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
        Part kept = part == Part.ACTION ? part : Part.NOTHING;
        SortedMap<String, List<Coverage>> parts = new TreeMap<>();
        try (PreparedStatement statement = asking(connection, sql(COVERAGE, question, window, kept), question);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                List<Coverage> bins = parts.computeIfAbsent(row.getString("part"), some -> empty());
                int bin = row.getInt("bin");
                bins.set(bin + 1, bins.get(bin + 1).plus(coverage(bin, row)));
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

    private static PreparedStatement asking(Connection connection, String sql, Question question) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        int parameters = question.action() == null
                ? 0
                : (int) sql.chars().filter(c -> c == '?').count();
        for (int i = 1; i <= parameters; i++) {
            statement.setString(i, question.action());
        }
        return statement;
    }

    private record Now(LocalDate today, Instant asOf) {}
}
