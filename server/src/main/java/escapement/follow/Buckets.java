package escapement.follow;

/**
 * The sizes by which durations are counted: bucket b holds what took at least 2^(b/2) and less than 2^((b+1)/2) ms.
 *
 * <p>Whoever takes a bucket's {@link #middleMillis} for a duration in it is wrong by at most 19 %, either way, between 0.125
 * ms and 49 days.
 */
public final class Buckets {
    /** Anything below 0.125 ms. */
    public static final int LOWEST = -7;
    /** Anything from 49 days on. */
    public static final int HIGHEST = 64;

    private Buckets() {}

    /** Where the buckets above the lowest begin, in microseconds, for PostgreSQL's width_bucket. */
    static Double[] edgesMicros() {
        Double[] edges = new Double[HIGHEST - LOWEST];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = 1000 * beginMillis(LOWEST + 1 + i);
        }
        return edges;
    }

    /** Where a bucket begins, and the one below it ends. */
    public static double beginMillis(int bucket) {
        return Math.pow(2, bucket / 2.0);
    }

    static double middleMillis(int bucket) {
        return Math.pow(2, (2 * bucket + 1) / 4.0);
    }
}
