package escapement.admin;

import escapement.access.Principal;
import escapement.access.Role;
import io.javalin.security.RouteRole;
import java.util.List;

/** What a route asks of its callers; one that says nothing answers nobody. */
enum Needs implements RouteRole {
    /** Open to anybody: says nothing about tasks or people. */
    NOTHING,
    /** Any token. */
    LOGIN,
    VIEWER(Role.VIEWER),
    OPERATOR(Role.OPERATOR),
    APPROVER(Role.APPROVER),
    /** One of them is enough. */
    OPERATOR_OR_APPROVER(Role.OPERATOR, Role.APPROVER),
    ADMIN(Role.ADMIN);

    private final List<Role> roles; // one of them; none where none is asked for

    Needs(Role... roles) {
        this.roles = List.of(roles);
    }

    /** @throws escapement.access.ForbiddenException when the principal lacks what is asked for */
    void check(Principal principal) {
        if (!roles.isEmpty() && roles.stream().noneMatch(principal::has)) {
            principal.require(roles.getLast());
        }
    }
}
