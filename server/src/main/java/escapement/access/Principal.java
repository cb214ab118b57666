package escapement.access;

/** Who asks for something; recorded with what they change. */
public record Principal(String name) {
    /** Everyone, while no login is configured. */
    public static final Principal LOCAL = new Principal("local");
}
