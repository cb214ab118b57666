package escapement.admin;

import escapement.access.Role;
import io.javalin.security.RouteRole;
import org.jspecify.annotations.Nullable;

/** What a route asks of its callers; one that says nothing answers nobody. */
enum Needs implements RouteRole {
    /** Open to anybody: says nothing about tasks or people. */
    NOTHING(null),
    /** Any token. */
    LOGIN(null),
    VIEWER(Role.VIEWER),
    OPERATOR(Role.OPERATOR),
    APPROVER(Role.APPROVER),
    ADMIN(Role.ADMIN);

    private final @Nullable Role role; // null where none is asked for

    Needs(@Nullable Role role) {
        this.role = role;
    }

    @Nullable
    Role role() {
        return role;
    }
}
