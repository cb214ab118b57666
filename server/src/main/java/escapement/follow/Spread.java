package escapement.follow;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many durations fell into which of the {@link Buckets}. */
public record Spread(SortedMap<Integer, Long> counts) {
    public Spread {
        counts = new TreeMap<>(counts);
    }

    public long n() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * The duration within which this share of all lay: the middle of its bucket, so at most 19 % off; null when there is
     * none.
     */
    public @Nullable Double percentileMillis(double share) {
        long rank = Math.max(1, (long) Math.ceil(share * n()));
        long passed = 0;
        for (Map.Entry<Integer, Long> bucket : counts.entrySet()) {
            passed += bucket.getValue();
            if (passed >= rank) {
                return Buckets.middleMillis(bucket.getKey());
            }
        }
        return null;
    }
}
