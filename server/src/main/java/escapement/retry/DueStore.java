package escapement.retry;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** SQL: when waiting tasks become due, and when something is to be done about tasks. Thread-safe. */
public final class DueStore {
    private static final int LOOK_AT = 10_000;
    private static final String SOON = """
            with horizon as materialized (
                select now() + ? * interval '1 ms' as until
            )
            select distinct greatest(0, ceil(date_part('epoch', at - now()) * 20))::bigint * 50 as due_in_ms
              from ((select run_at as at from escapement.live
                      where status = 'SCHEDULED' and run_at <= (select until from horizon)
                      order by run_at, id limit %1$d)
                    union all
                    (select at from escapement.moment
                      where at <= (select until from horizon)
                      order by at limit %1$d)) soon
             order by 1
            """.formatted(LOOK_AT);

    private final Database database;

    public DueStore(Database database) {
        this.database = database;
    }

    /** In how long something is due, each 50 ms once, as far as {@code horizon}; at most for the first 10,000 of each kind. */
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
