package escapement.queue;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** Moves any number of tasks without holding many rows at once. */
final class InBatches {
    private static final int BATCH = 1000;

    private InBatches() {}

    /**
     * Runs a statement again and again until it finds fewer tasks than it may take.
     *
     * @param sql takes how many tasks it may move, returns how many it did
     * @return how many in all
     */
    static int run(Database database, String sql) {
        int moved = 0;
        int some;
        do {
            some = runOnce(database, sql);
            moved += some;
        } while (some == BATCH);
        return moved;
    }

    private static int runOnce(Database database, String sql) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setInt(1, BATCH);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getInt(1);
                }
            }
        });
    }
}
