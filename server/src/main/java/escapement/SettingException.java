package escapement;

/** A setting cannot be used. The message is one sentence that names it. */
final class SettingException extends RuntimeException {
    SettingException(String message) {
        super(message);
    }
}
