package escapement.json;

import java.util.List;

/** The caller's input is wrong. Carries every fault found, so that one round trip mends them all. */
public final class InvalidInputException extends RuntimeException {
    private final transient List<Fault> faults;

    public InvalidInputException(List<Fault> faults) {
        super(faults.getFirst().path() + ": " + faults.getFirst().message());
        this.faults = List.copyOf(faults);
    }

    public InvalidInputException(Fault fault) {
        this(List.of(fault));
    }

    public List<Fault> faults() {
        return faults;
    }
}
