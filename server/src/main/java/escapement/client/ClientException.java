package escapement.client;

import java.util.List;

/** A command cannot go on. Carries its exit code and, beyond the message, a line for each further thing to know. */
class ClientException extends RuntimeException {
    private final int exitCode;
    private final List<String> details;

    ClientException(int exitCode, String message, List<String> details) {
        super(message);
        this.exitCode = exitCode;
        this.details = List.copyOf(details);
    }

    ClientException(int exitCode, String message) {
        this(exitCode, message, List.of());
    }

    static ClientException usage(String message) {
        return new ClientException(ExitCode.USAGE, message);
    }

    int exitCode() {
        return exitCode;
    }

    List<String> details() {
        return details;
    }
}
