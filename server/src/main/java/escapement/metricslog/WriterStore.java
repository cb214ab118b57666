package escapement.metricslog;

import escapement.db.Database;
import escapement.follow.JournalStore.Position;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Optional;
import java.util.UUID;

/** SQL: who writes the log, up to where it is written, and the last batch of each folder that counts. Thread-safe. */
final class WriterStore {
    // the row is not locked while a file is written: whoever was taken for dead meanwhile moves nothing at its commit
    private static final String TAKE = """
            with taken as (
                update escapement.metrics_log m set writer = ?
                 where m.writer is distinct from ?
                   and not exists (select from escapement.node n where n.incarnation = m.writer and n.lease_until > now())
                returning xid, seq, followed_at
            )
            select xid::text, seq, followed_at < now() - interval '1 day' from taken
            union all
            select xid::text, seq, followed_at < now() - interval '1 day' from escapement.metrics_log where writer = ?
            """;
    private static final String COMMIT = """
            with moved as (
                update escapement.metrics_log set xid = ?::xid8, seq = ?, followed_at = now()
                 where writer = ? and xid = ?::xid8 and seq = ?
                returning true
            )
            insert into escapement.metrics_log_folder (folder, batch) select ?, ? from moved
                on conflict (folder) do update set batch = excluded.batch
            """;
    private static final String MOVE = """
            update escapement.metrics_log set xid = ?::xid8, seq = ?, followed_at = now()
             where writer = ? and xid = ?::xid8 and seq = ?
            """;

    private final Database database;

    WriterStore(Database database) {
        this.database = database;
    }

    /** Where to go on, if {@code incarnation} writes or nobody alive does, so that it does from now on. */
    Optional<Place> take(int incarnation) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
                statement.setInt(1, incarnation);
                statement.setInt(2, incarnation);
                statement.setInt(3, incarnation);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next()
                            ? Optional.of(new Place(new Position(row.getString(1), row.getLong(2)), row.getBoolean(3)))
                            : Optional.<Place>empty();
                }
            }
        });
    }

    /** Records that a folder holds everything up to a position. @return false when somebody else writes by now */
    boolean commit(int incarnation, Position from, Position to, UUID folder, long batch) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(COMMIT)) {
                statement.setString(1, to.xid());
                statement.setLong(2, to.seq());
                statement.setInt(3, incarnation);
                statement.setString(4, from.xid());
                statement.setLong(5, from.seq());
                statement.setObject(6, folder);
                statement.setLong(7, batch);
                return statement.executeUpdate() == 1;
            }
        });
    }

    /** As {@link #commit}, where there was nothing to write. */
    boolean move(int incarnation, Position from, Position to) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(MOVE)) {
                statement.setString(1, to.xid());
                statement.setLong(2, to.seq());
                statement.setInt(3, incarnation);
                statement.setString(4, from.xid());
                statement.setLong(5, from.seq());
                return statement.executeUpdate() == 1;
            }
        });
    }

    /** Lets another node write. */
    void release(int incarnation) {
        database.statement(connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("update escapement.metrics_log set writer = null where writer = ?")) {
                statement.setInt(1, incarnation);
                return statement.executeUpdate();
            }
        });
    }

    /** The last batch of this folder that counts; 0 when none does. */
    long batch(UUID folder) {
        return database.statement(connection -> {
            // a commit that was not answered may still go on: it is waited for, in a statement of its own, for one that
            // waits sees what was there before
            try (PreparedStatement wait = connection.prepareStatement("select from escapement.metrics_log for update");
                    PreparedStatement statement = connection.prepareStatement(
                            "select batch from escapement.metrics_log_folder where folder = ?")) {
                wait.execute();
                statement.setObject(1, folder);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0L;
                }
            }
        });
    }

    /** Up to where the journal is in files; old when that is more than a day ago. */
    record Place(Position position, boolean old) {}
}
