package escapement.admin;

import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.InvalidInputException;
import escapement.json.Storable;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads query parameters and gathers what is wrong with them. For one request. */
final class Query {
    private static final int MOST_DIGITS = 100;

    private final Context ctx;
    private final List<Fault> faults = new ArrayList<>();

    /** @param known the parameters this route reads; any other is a fault */
    Query(Context ctx, Set<String> known) {
        this.ctx = ctx;
        for (String name : ctx.queryParamMap().keySet()) {
            if (!known.contains(name)) {
                faults.add(new Fault(
                        Storable.shorten(name),
                        null,
                        "is no parameter of this route; known: "
                                + String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    @Nullable
    String text(String name) {
        String value = ctx.queryParam(name);
        if (value == null || value.isBlank()) {
            return null;
        }
        Storable.checkText(value, name, faults);
        return value;
    }

    int integer(String name, int min, int max, int otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, with what is accepted
        }
        faults.add(new Fault(name, Storable.shorten(value), "must be a whole number from " + min + " to " + max));
        return otherwise;
    }

    /** From {@code min} to {@code max}, both included. */
    @Nullable
    BigDecimal decimal(String name, BigDecimal min, BigDecimal max) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(value);
            if (Math.abs((long) number.scale()) <= MOST_DIGITS
                    && number.compareTo(min) >= 0
                    && number.compareTo(max) <= 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // answered below, with what is accepted
        }
        fault(name, "must be a number from " + min.toPlainString() + " to " + max.toPlainString());
        return null;
    }

    @Nullable
    Instant time(String name) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        Instant time = Fields.timeOf(value);
        if (time == null) {
            faults.add(new Fault(name, Storable.shorten(value), Fields.TIME_WANTED));
        }
        return time;
    }

    <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> type) {
        String value = text(name);
        if (value == null) {
            return null;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(value.toUpperCase(Locale.ROOT))) {
                return constant;
            }
        }
        faults.add(new Fault(name, Storable.shorten(value), "must be one of " + Fields.names(type)));
        return null;
    }

    void fault(String name, String message) {
        faults.add(new Fault(name, Storable.shorten(String.valueOf(ctx.queryParam(name))), message));
    }

    void check() {
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
    }
}
