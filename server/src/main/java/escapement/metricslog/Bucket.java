package escapement.metricslog;

import escapement.calibration.score.Bins;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One of the ten bins of confidence, as a metrics log names it. Worked out on decimals: in binary 0.3 lies on either side of its edge. */
record Bucket(int tenth) {
    private static final Pattern FORM = Pattern.compile("\\[?(0\\.\\d-(?:0\\.\\d|1\\.0))]?");

    static Bucket of(BigDecimal confidence) {
        return new Bucket(Bins.index(confidence.movePointRight(6).longValue()));
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
        return Bins.label(tenth);
    }
}
