package escapement.retry;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fields;
import escapement.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The back-off of a task as JSON: {@code first_seconds, factor, max_seconds, jitter}, each optional. */
public final class BackoffJson {
    private static final BigDecimal LONGEST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(30).toSeconds());
    private static final BigDecimal LARGEST_FACTOR = BigDecimal.valueOf(100);

    private BackoffJson() {}

    /** Reads what a caller states; usable only if no fault was added. */
    public static Backoff read(Fields fields) {
        Backoff otherwise = Backoff.DEFAULT;
        BigDecimal first = fields.decimal("first_seconds", BigDecimal.ZERO, LONGEST_SECONDS);
        BigDecimal factor = fields.decimal("factor", BigDecimal.ONE, LARGEST_FACTOR);
        BigDecimal longest = fields.decimal("max_seconds", BigDecimal.ZERO, LONGEST_SECONDS);
        BigDecimal jitter = fields.decimal("jitter", BigDecimal.ZERO, BigDecimal.ONE);
        fields.refuseUnread();
        return new Backoff(
                first == null ? otherwise.first() : seconds(first),
                factor == null ? otherwise.factor() : factor.doubleValue(),
                longest == null ? otherwise.longest() : seconds(longest),
                jitter == null ? otherwise.jitter() : jitter.doubleValue());
    }

    /** As stored with the task; null for the default. */
    public static @Nullable String write(Backoff backoff) {
        if (backoff.equals(Backoff.DEFAULT)) {
            return null;
        }
        return Json.write(Json.nodes()
                .objectNode()
                .put("first_seconds", BigDecimal.valueOf(backoff.first().toMillis(), 3))
                .put("factor", backoff.factor())
                .put("max_seconds", BigDecimal.valueOf(backoff.longest().toMillis(), 3))
                .put("jitter", backoff.jitter()));
    }

    /** Reads what {@link #write} wrote. */
    public static Backoff parse(@Nullable String stored) {
        if (stored == null) {
            return Backoff.DEFAULT;
        }
        JsonNode json = Json.parse(stored);
        return Fields.readAll(json, BackoffJson::read);
    }

    private static Duration seconds(BigDecimal seconds) {
        return Duration.ofMillis(seconds.movePointRight(3).longValue());
    }
}
