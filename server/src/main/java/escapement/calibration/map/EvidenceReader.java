package escapement.calibration.map;

import escapement.calibration.map.EvidenceStore.Period;
import escapement.calibration.map.EvidenceStore.Sums;
import escapement.calibration.map.EvidenceStore.Weighed;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/** Gathers outcomes by action: an outcome weighs half as much after each half-life, and the newest 30 % are kept apart. Stateless. */
final class EvidenceReader {
    static final int HALF_LIFE_DAYS = 60;
    private static final double NEWEST = 0.3;

    private final EvidenceStore store = new EvidenceStore();

    /** All actions together first, then each that has outcomes, in the order of their numbers. */
    List<Counted> read(DSLContext tx, LocalDate today) {
        List<Period> periods = store.periods(tx);
        if (periods.isEmpty()) {
            return List.of();
        }
        Map<Short, List<Period>> byAction =
                periods.stream().collect(Collectors.groupingBy(Period::action, TreeMap::new, Collectors.toList()));
        Map<Short, LocalDate> splits = new TreeMap<>();
        byAction.forEach((action, own) -> splits.put(action, split(own)));
        LocalDate splitOfAll = split(periods);
        List<Weighed> weighed = periods.stream()
                .map(one -> new Weighed(
                        one,
                        weight(one, today),
                        one.first().isBefore(splits.getOrDefault(one.action(), splitOfAll)),
                        one.first().isBefore(splitOfAll)))
                .filter(one -> one.weight() > 0)
                .toList();
        List<Sums> sums = store.sums(tx, weighed);
        List<Counted> counted = new ArrayList<>();
        counted.add(counted((short) 0, periods, splitOfAll, sums, Sums::oldOfAll, Sums::freshOfAll));
        Map<Short, List<Sums>> sumsOf = sums.stream().collect(Collectors.groupingBy(Sums::action));
        byAction.forEach((action, own) -> counted.add(counted(
                action,
                own,
                splits.getOrDefault(action, splitOfAll),
                sumsOf.getOrDefault(action, List.of()),
                Sums::old,
                Sums::fresh)));
        return counted;
    }

    /** By the middle of the period, in billionths. */
    private static long weight(Period period, LocalDate today) {
        double days = ChronoUnit.DAYS.between(period.first(), today)
                - ChronoUnit.DAYS.between(period.first(), period.end()) / 2.0;
        return Math.round(Counted.WEIGHT * StrictMath.pow(0.5, Math.max(0, days) / HALF_LIFE_DAYS));
    }

    /** Such that as few periods as make up 30 % of the outcomes are on its day or later. */
    private static LocalDate split(List<Period> periods) {
        double wanted = NEWEST * periods.stream().mapToLong(Period::n).sum();
        List<Period> newestFirst = periods.stream()
                .sorted(Comparator.comparing(Period::first).reversed())
                .toList();
        long n = 0;
        for (Period period : newestFirst) {
            n += period.n();
            if (n >= wanted) {
                return period.first();
            }
        }
        throw new IllegalStateException("fewer than all outcomes");
    }

    private static Counted counted(
            short action,
            List<Period> periods,
            LocalDate split,
            List<Sums> sums,
            Function<Sums, Sum> old,
            Function<Sums, Sum> fresh) {
        return new Counted(
                action,
                periods.stream().mapToLong(Period::n).sum(),
                periods.stream().mapToLong(Period::successes).sum(),
                periods.stream()
                        .map(Period::first)
                        .min(Comparator.naturalOrder())
                        .orElseThrow(),
                periods.stream()
                        .map(Period::end)
                        .max(Comparator.naturalOrder())
                        .orElseThrow()
                        .minusDays(1),
                split,
                byMicro(sums, Sums::all),
                byMicro(sums, old),
                byMicro(sums, fresh));
    }

    private static SortedMap<Integer, Sum> byMicro(List<Sums> sums, Function<Sums, Sum> which) {
        SortedMap<Integer, Sum> byMicro = new TreeMap<>();
        sums.forEach(one -> byMicro.merge(one.micro(), which.apply(one), Sum::plus));
        return byMicro;
    }
}
