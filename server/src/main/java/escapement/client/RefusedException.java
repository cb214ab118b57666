package escapement.client;

import java.util.List;

/** The server said no. */
final class RefusedException extends ClientException {
    private final transient Reply reply;

    RefusedException(Reply reply, String message, List<String> details) {
        super(ExitCode.REFUSED, message, details);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }
}
