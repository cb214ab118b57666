package escapement.secret;

/** A secret cannot be had; the message says which, why, and what to do, and never holds a value. */
public final class SecretException extends Exception {
    SecretException(String message) {
        super(message);
    }
}
