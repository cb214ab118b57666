package escapement.retry;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** SQL: when waiting tasks become due. Thread-safe. */
public final class DueStore {
    private static final int LOOK_AT = 10_000;
    private static final String SOON = """
            select distinct greatest(0, ceil(date_part('epoch', run_at - now()) * 20))::bigint * 50 as due_in_ms
              from (select run_at from escapement.live
                     where status = 'SCHEDULED' and run_at <= now() + ? * interval '1 ms'
                     order by run_at, id limit %d) soon
             order by 1
            """.formatted(LOOK_AT);

    private final Database database;

    public DueStore(Database database) {
        this.database = database;
    }

    /** In how long tasks become due, each moment of 50 ms once, as far as {@code horizon}; at most for the first 10,000 tasks. */
    public List<Duration> soon(Duration horizon) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SOON)) {
                statement.setLong(1, horizon.toMillis());
                List<Duration> soon = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        soon.add(Duration.ofMillis(row.getLong(1)));
                    }
                }
                return soon;
            }
        });
    }
}
