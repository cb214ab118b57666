package escapement.calibration.map;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * What a map is fitted on and judged by: the outcomes of one action, or of all.
 *
 * @param action 0 for all
 * @param n how many outcomes, as they are
 * @param split the first day of the newest, by which a map that was fitted on the others is judged
 * @param all by thousandths of confidence, old ones weighing less: an outcome of today counts {@link #WEIGHT}
 * @param old those before the split, likewise
 * @param fresh those from the split on, each counting 1
 */
record Counted(
        short action,
        long n,
        long successes,
        LocalDate from,
        LocalDate to,
        LocalDate split,
        SortedMap<Integer, Sum> all,
        SortedMap<Integer, Sum> old,
        SortedMap<Integer, Sum> fresh) {
    static final long WEIGHT = 1_000_000_000;

    Evidence evidence() {
        return Sum.evidence(all, WEIGHT);
    }

    Evidence oldEvidence() {
        return Sum.evidence(old, WEIGHT);
    }

    Evidence freshEvidence() {
        return Sum.evidence(fresh, 1);
    }

    /** SHA-256 of all that a fit looks at. @param before the map towards which it is shrunk */
    String hash(BetaMap before) {
        StringBuilder text = new StringBuilder()
                .append(before.a())
                .append(' ')
                .append(before.b())
                .append(' ')
                .append(before.c())
                .append('\n');
        all.forEach((micro, sum) -> text.append(micro)
                .append(' ')
                .append(sum.n())
                .append(' ')
                .append(sum.successes())
                .append(' ')
                .append(sum.confidence())
                .append('\n'));
        return sha256(text.toString());
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
