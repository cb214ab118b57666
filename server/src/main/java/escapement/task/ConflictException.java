package escapement.task;

/** What was asked for contradicts what is stored; the message says what is there and what to do. */
public final class ConflictException extends RuntimeException {
    public ConflictException(String message) {
        super(message);
    }
}
