package escapement.queue;

import escapement.access.ForbiddenException;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.queue.ApprovalStore.Held;
import java.util.Collections;

/** Who may let a held task go on. Without a login there is nobody else to ask, so {@code local} may. */
final class FourEyes {
    private FourEyes() {}

    /** @throws ForbiddenException when it is not for this person to let it go on */
    static void require(Principal principal, Held held, long id) {
        requireMember(principal, held, id);
        String own = principal.name().equals(held.submittedBy())
                ? "submitted"
                : principal.name().equals(held.editedBy()) ? "last edited" : null;
        if (principal.verified() && own != null) {
            throw new ForbiddenException("task " + id + " was " + own + " by '" + principal.name()
                    + "': somebody else must decide about it");
        }
    }

    /** @throws ForbiddenException when this person is not among those who are asked */
    static void requireMember(Principal principal, Held held, long id) {
        principal.require(Role.APPROVER);
        if (principal.verified()
                && !held.groups().isEmpty()
                && Collections.disjoint(held.groups(), principal.groups())) {
            throw new ForbiddenException("task " + id + " is for the groups " + String.join(", ", held.groups())
                    + " to decide about, and '" + principal.name() + "' belongs to none of them");
        }
    }
}
