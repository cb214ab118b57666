package escapement.access;

/** Somebody who is known asks for what they may not do. */
public final class ForbiddenException extends RuntimeException {
    public ForbiddenException(String message) {
        super(message);
    }
}
