package escapement.access;

import org.jspecify.annotations.Nullable;

/** Who asks for something; recorded with what they change. */
public record Principal(
        String name, @Nullable Origin origin) { // null for the server itself, and where it does not matter
    /** Everyone, while no login is configured. */
    public static final Principal LOCAL = new Principal("local", null);

    /** The server, for what it writes down by itself. */
    public static final Principal SERVER = new Principal("server", null);

    public Principal from(Origin place) {
        return new Principal(name, place);
    }
}
