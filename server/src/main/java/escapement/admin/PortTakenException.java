package escapement.admin;

/** Somebody else listens where this server wants to. */
public final class PortTakenException extends RuntimeException {
    PortTakenException(String bind, int port, Throwable cause) {
        super(
                "port " + port + " of " + bind
                        + " is taken by another program: stop it, or choose another with ESCAPEMENT_PORT",
                cause);
    }
}
