package escapement.access;

import org.jspecify.annotations.Nullable;

/**
 * Who is to stand for a decision.
 *
 * @param verified whether a login vouches for the name
 * @param isPerson whether it names somebody, be it only by their own word
 */
public record Named(String name, boolean verified, boolean isPerson) {
    /** The server's own decisions. */
    public static final Named SERVER = new Named(Principal.SERVER.name(), false, false);

    /** @param by what the request says who asks; counts only where no login says it; null when it says nothing */
    public static Named of(Principal principal, @Nullable String by) {
        if (principal.verified()) {
            return new Named(principal.name(), true, true);
        }
        return by == null ? new Named(principal.name(), false, false) : new Named(by, false, true);
    }
}
