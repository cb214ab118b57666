package escapement.access;

import java.util.Set;

/** What somebody may do. */
public enum Role {
    /** Reads everything but the audit and the tokens. */
    VIEWER,
    /** Submits, edits, cancels, retries, holds. */
    OPERATOR,
    /** Everything but deciding on tasks that wait for a decision. */
    ADMIN,
    /** Decides on those, and sees what it decides on. No other role does. */
    APPROVER,
    /** Leases tasks and reports their ends, and sees nothing else. */
    WORKER;

    public boolean includes(Role other) {
        return this == other
                || switch (this) {
                    case ADMIN -> other == OPERATOR || other == VIEWER;
                    case OPERATOR, APPROVER -> other == VIEWER;
                    case VIEWER, WORKER -> false;
                };
    }

    static boolean anyIncludes(Set<Role> roles, Role wanted) {
        return roles.stream().anyMatch(role -> role.includes(wanted));
    }
}
