package escapement.access;

import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who asks for something; recorded with what they change.
 *
 * @param groups of approvers, to which the principal belongs
 * @param verified whether a token says so; else anybody on this machine may be it
 */
public record Principal(
        String name,
        Set<Role> roles,
        Set<String> groups,
        boolean verified,
        @Nullable Origin origin) { // null for the server itself, and where it does not matter
    /** Everyone, while no login is asked for. */
    public static final Principal LOCAL = new Principal("local", EnumSet.allOf(Role.class), Set.of(), false, null);

    /** The server, for what it writes down by itself. */
    public static final Principal SERVER = new Principal("server", Set.of(), Set.of(), true, null);

    public Principal {
        roles = Set.copyOf(roles);
        groups = Set.copyOf(groups);
    }

    public Principal from(Origin place) {
        return new Principal(name, roles, groups, verified, place);
    }

    public boolean has(Role role) {
        return Role.anyIncludes(roles, role);
    }

    /** For services, before they act. @throws ForbiddenException when the principal lacks the role */
    public void require(Role role) {
        if (!has(role)) {
            String held = new TreeSet<>(roles).stream().map(Role::name).collect(Collectors.joining(", "));
            throw new ForbiddenException(
                    "this needs the role " + role + ", and '" + name + "' has " + (held.isEmpty() ? "none" : held));
        }
    }
}
