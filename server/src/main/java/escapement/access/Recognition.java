package escapement.access;

import java.util.Set;

/** What came of looking for who sent a secret. */
public sealed interface Recognition {
    /** A token that is in force. */
    record Known(Token token) implements Recognition {
        public Principal principal() {
            return new Principal(token.name(), Set.copyOf(token.roles()), Set.copyOf(token.groups()), true, null);
        }
    }

    /** Nobody, or nobody any more. @param because for whoever sent it */
    record Unknown(String because) implements Recognition {}

    static Recognition of(Token token) {
        return switch (token.status()) {
            case ACTIVE -> new Known(token);
            case EXPIRED ->
                new Unknown("the token " + token.prefix() + "… of '" + token.name() + "' expired at "
                        + token.expiresAt() + ": have it rotated, or use another");
            case REVOKED ->
                new Unknown("the token " + token.prefix() + "… of '" + token.name() + "' was revoked at "
                        + token.revokedAt() + ": use another");
        };
    }
}
