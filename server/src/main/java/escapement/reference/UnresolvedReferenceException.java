package escapement.reference;

/** A task cannot run: a result it refers to lacks the value, and the reference has no default. */
public final class UnresolvedReferenceException extends RuntimeException {
    UnresolvedReferenceException(Reference reference) {
        super("action_params" + reference.at() + " takes " + reference.path() + " of the result of task '"
                + reference.task() + "', where nothing is; give the reference a default if that may happen");
    }
}
