package escapement.access;

import java.util.Set;

/**
 * Whom a server lets in at all.
 *
 * @param login whether every request needs a token; else everybody on this machine acts as {@link Principal#LOCAL}
 * @param hosts by which names it may be reached, beside those of this machine; in lower case, without ports
 */
public record Admission(boolean login, Set<String> hosts) {
    public Admission {
        hosts = Set.copyOf(hosts);
        if (!login && !hosts.isEmpty()) {
            throw new IllegalArgumentException("further hosts need a login, got " + hosts);
        }
    }
}
