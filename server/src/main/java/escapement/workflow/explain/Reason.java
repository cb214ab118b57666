package escapement.workflow.explain;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thing that keeps a task where it is.
 *
 * @param code for programs, never changed
 * @param message for people, without a full stop
 * @param facts the numbers and names of the message as fields of their own
 */
public record Reason(String code, String message, ObjectNode facts) {
    private static final Duration SHORT = Duration.ofMinutes(2);

    static Reason of(String code, String message) {
        return new Reason(code, message, Json.nodes().objectNode());
    }

    Reason with(String field, long number) {
        facts.put(field, number);
        return this;
    }

    Reason with(String field, @Nullable String text) {
        facts.put(field, text);
        return this;
    }

    Reason with(String field, @Nullable Instant time) {
        facts.put(field, time == null ? null : time.toString());
        return this;
    }

    /** In seconds; negative for what is past. */
    Reason with(String field, @Nullable Duration span) {
        facts.put(field, span == null ? null : seconds(span));
        return this;
    }

    Reason with(String field, List<String> texts) {
        texts.forEach(facts.putArray(field)::add);
        return this;
    }

    Reason with(Consumer<ObjectNode> more) {
        more.accept(facts);
        return this;
    }

    private static BigDecimal seconds(Duration span) {
        BigDecimal seconds = BigDecimal.valueOf(span.toMillis(), 3)
                .setScale(1, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    /** A span as messages say it, in its two largest units: {@code 42.5 s}, {@code 3 min 48 s}, {@code 2 d 3 h}. */
    static String inWords(Duration span) {
        Duration length = span.abs();
        if (length.compareTo(SHORT) < 0) {
            return seconds(length).toPlainString() + " s";
        }
        if (length.toHours() == 0) {
            return inUnits(length.toMinutes(), "min", length.toSecondsPart(), "s");
        }
        return length.toDays() == 0
                ? inUnits(length.toHours(), "h", length.toMinutesPart(), "min")
                : inUnits(length.toDays(), "d", length.toHoursPart(), "h");
    }

    private static String inUnits(long larger, String unit, int smaller, String smallerUnit) {
        return larger + " " + unit + (smaller == 0 ? "" : " " + smaller + " " + smallerUnit);
    }
}
