package escapement.calibration.report;

import escapement.calibration.score.Bins;
import escapement.calibration.score.Cells;
import escapement.calibration.score.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * What was read to answer a question, of one moment.
 *
 * @param asOf up to when every end of a task is in it
 * @param parts outcomes by cells, which are tenths where nothing finer was asked for
 * @param coverage by part, all bins from -1 on
 */
public record Evidence(
        Question question,
        Window window,
        Instant asOf,
        SortedMap<String, Cells> parts,
        SortedMap<String, List<Coverage>> coverage) {
    /** All parts together. */
    public Cells all() {
        return Cells.of(
                parts.values().stream().flatMap(cells -> cells.list().stream()).toList());
    }

    /** What became of all tasks. @param alsoUnstated also of those without a confidence */
    public Coverage everything(boolean alsoUnstated) {
        return Coverage.total(coverage.values().stream().flatMap(List::stream).toList(), alsoUnstated);
    }

    public Verdict verdict() {
        Coverage coverage = everything(false);
        return Verdict.of(Bins.of(all()), coverage.withOutcome(), coverage.settled());
    }

    public Verdict verdict(String part) {
        Coverage of = Coverage.total(coverage.getOrDefault(part, List.of()), false);
        return Verdict.of(Bins.of(parts.getOrDefault(part, Cells.of(List.of()))), of.withOutcome(), of.settled());
    }
}
