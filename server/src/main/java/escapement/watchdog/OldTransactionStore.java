package escapement.watchdog;

import escapement.db.Database;
import java.time.Duration;
import java.util.Optional;

/** SQL: what keeps dead rows from being cleared away. */
final class OldTransactionStore {
    // as far as this role may see others' sessions: all of them with pg_read_all_stats
    private static final String OLDEST = """
            with open as (
                select xact_start as since,
                       'pid ' || pid || ' (' || coalesce(usename, '?') || ', ' || coalesce(nullif(application_name, ''), 'no name')
                           || ', ' || coalesce(state, '?') || ')' as owner
                  from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()
                   and xact_start is not null and (backend_xmin is not null or backend_xid is not null)
                union all
                select prepared, 'the prepared transaction ' || gid || ' of ' || owner
                  from pg_prepared_xacts where database = current_database()
            )
            select (extract(epoch from clock_timestamp() - since) * 1000)::bigint, owner from open order by since, owner limit 1
            """;

    private final Database database;

    OldTransactionStore(Database database) {
        this.database = database;
    }

    /** The transaction of this database that has been open for longest, if any is. */
    Optional<Old> oldest() {
        return database.jooq()
                .resultQuery(OLDEST)
                .fetchOptional(row -> new Old(Duration.ofMillis(row.get(0, Long.class)), row.get(1, String.class)));
    }

    /** @param owner the session or prepared transaction, as an operator would look for it */
    record Old(Duration age, String owner) {}
}
