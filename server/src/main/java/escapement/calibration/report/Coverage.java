package escapement.calibration.report;

import escapement.calibration.score.Interval;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of the tasks that were submitted with a confidence of one bin; -1 without one.
 *
 * @param successes of those that ran, whoever let them
 */
public record Coverage(
        int bin,
        long auto,
        long probe,
        long human,
        long deferred,
        long pending,
        long rejected,
        long skipped,
        long cancelled,
        long dryRun,
        long unscored,
        long successes) {
    public static Coverage none(int bin) {
        return new Coverage(bin, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /** Of all bins; without, or only with those tasks that stated no confidence. */
    public static Coverage total(List<Coverage> bins, boolean alsoUnstated) {
        return bins.stream().filter(bin -> alsoUnstated || bin.bin >= 0).reduce(none(-1), Coverage::plus);
    }

    public Coverage plus(Coverage other) {
        return new Coverage(
                bin,
                auto + other.auto,
                probe + other.probe,
                human + other.human,
                deferred + other.deferred,
                pending + other.pending,
                rejected + other.rejected,
                skipped + other.skipped,
                cancelled + other.cancelled,
                dryRun + other.dryRun,
                unscored + other.unscored,
                successes + other.successes);
    }

    public long withOutcome() {
        return auto + probe + human;
    }

    /** Everything but dry runs. */
    public long submitted() {
        return settled() + pending + unscored;
    }

    /** What the gate and the queue are through with, or the gate holds: what only waits for its turn says nothing yet. */
    public long settled() {
        return withOutcome() + deferred + rejected + skipped + cancelled;
    }

    /** Where the rate of all that was submitted lies for certain; null without a confidence or a submission. */
    public @Nullable Interval bounds() {
        if (bin < 0 || submitted() == 0) {
            return null;
        }
        double all = submitted();
        return new Interval(successes / all, (successes + submitted() - withOutcome()) / all);
    }
}
