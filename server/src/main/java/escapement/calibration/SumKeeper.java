package escapement.calibration;

import escapement.db.Database;
import java.time.LocalDate;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the sums need besides the follower: sweeps up what ended before there were any, brings days that are over into the
 * coarser ones, makes months of old days, and compares each day that is over with its attempts. Repeatable; any node may run it. Thread-safe.
 */
public final class SumKeeper {
    /** For so long a fit can tell the days apart. */
    static final int DAYS_KEPT = 120;

    private static final Logger log = LoggerFactory.getLogger(SumKeeper.class);

    private final Database database;
    private final SumStore sums;
    private final MonthStore months;
    private final ComparisonStore comparison;

    public SumKeeper(Database database) {
        this.database = database;
        sums = new SumStore(database);
        months = new MonthStore(database);
        comparison = new ComparisonStore(database);
    }

    /** @param today in UTC */
    public void runOnce(LocalDate today) {
        sweep();
        while (months.rollDay(today)) {
            log.debug("a day before {} is in the coarser sums", today);
        }
        while (months.rollOne(today.minusDays(DAYS_KEPT))) {
            log.debug("a day before {} is part of its month", today.minusDays(DAYS_KEPT));
        }
        while (compareNext(today.minusDays(1))) {
            log.debug("the sums of a day are as its attempts say");
        }
    }

    private void sweep() {
        int pieces = 0;
        while (sums.sweepSome()) {
            pieces++;
        }
        if (pieces > 0) {
            log.info("the outcomes of tasks that ended before there was calibration are counted");
        }
    }

    /** @return whether there may be another day */
    private boolean compareNext(LocalDate yesterday) {
        return database.inTransaction(tx -> {
            for (LocalDate day : comparison.due(tx, yesterday)) {
                List<String> differences = comparison.differences(tx, day);
                if (!differences.isEmpty()) {
                    log.error(
                            "calibration: {} sums of {} are not what the attempts say, for example {}: see ops/runbook.md, 'Calibration sums differ'",
                            differences.size(),
                            day,
                            differences.getFirst());
                }
                comparison.checked(tx, day, differences);
                return true;
            }
            return false;
        });
    }
}
