package escapement.metricslog;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of ten equal parts of the range of confidence; the lower edge belongs to it, 1.0 to the last. Worked out on decimals:
 * in binary 0.3 lies on either side of its edge.
 */
record Bucket(int tenth) {
    private static final int LAST = 9;
    private static final Pattern FORM = Pattern.compile("\\[?(0\\.\\d-(?:0\\.\\d|1\\.0))]?");

    static Bucket of(BigDecimal confidence) {
        return new Bucket(Math.clamp(confidence.movePointRight(1).toBigInteger().longValue(), 0, LAST));
    }

    /** Reads {@code [0.8-0.9]} or {@code 0.8-0.9}. */
    static Optional<Bucket> parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        Bucket bucket = new Bucket(form.group(1).charAt(2) - '0');
        return bucket.toString().contains(form.group(1)) ? Optional.of(bucket) : Optional.empty();
    }

    @Override
    public String toString() {
        return "[0." + tenth + "-" + (tenth == LAST ? "1.0" : "0." + (tenth + 1)) + "]";
    }
}
