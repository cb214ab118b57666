package escapement.queue;

import escapement.db.SqlState;
import org.jooq.exception.DataAccessException;

/** What the state of a failed statement tells. */
final class SqlFault {
    private SqlFault() {}

    /** Data exceptions (class 22), broken constraints (23) and program limits (54) fail again however often they are tried. */
    static boolean isOfData(DataAccessException e) {
        String state = SqlState.of(e);
        return state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
    }
}
