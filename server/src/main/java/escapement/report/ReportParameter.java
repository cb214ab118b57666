package escapement.report;

import escapement.json.Fault;
import escapement.json.Storable;
import java.util.List;

/**
 * What a report lets its reader choose.
 *
 * @param min least value of an {@link Type#INTEGER}; 0 for a text
 * @param max greatest value of an {@link Type#INTEGER}, greatest length of a {@link Type#TEXT}
 * @param otherwise its value when nothing is chosen
 */
public record ReportParameter(String name, Type type, int min, int max, String otherwise, String meaning) {
    /** Of a parameter. */
    public enum Type {
        INTEGER,
        TEXT
    }

    /** @return {@code given} as it is bound; the default, with a fault, when it does not fit */
    String value(String given, List<Fault> faults) {
        return switch (type) {
            case INTEGER -> integer(given, faults);
            case TEXT -> text(given, faults);
        };
    }

    private String integer(String given, List<Fault> faults) {
        try {
            int number = Integer.parseInt(given);
            if (number >= min && number <= max) {
                return Integer.toString(number);
            }
        } catch (NumberFormatException e) {
            // answered below, with what is accepted
        }
        faults.add(new Fault(name, Storable.shorten(given), "must be a whole number from " + min + " to " + max));
        return otherwise;
    }

    private String text(String given, List<Fault> faults) {
        if (given.length() > max) {
            faults.add(new Fault(
                    name,
                    Storable.shorten(given),
                    "is " + given.length() + " characters long; at most " + max + " are accepted"));
        }
        Storable.checkText(given, name, faults);
        return given;
    }
}
