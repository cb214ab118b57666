package escapement.doctor;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.migrations.Migrations;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Objects;

/** Asks a database how it is. Reads only, but for a setting of its own session. */
final class VitalsStore {
    private static final String NAME = "doctor";
    private static final int CLOCK_TRIES = 5;

    private VitalsStore() {}

    static Vitals read(DatabaseAddress address) throws SQLException {
        try (Connection connection = Database.connect(address, NAME)) {
            Clock clock = clock(connection);
            Pooling pooling = PoolerStore.find(address, connection);
            String[] oldest = row(connection, """
                    with open as (
                        select xact_start as since, coalesce(usename, '?') || ', ' || coalesce(application_name, '')
                                   || ', pid ' || pid as owner
                          from pg_stat_activity
                         where datname = current_database() and pid <> pg_backend_pid() and xact_start is not null
                        union all
                        select prepared, owner || ', prepared as ' || gid
                          from pg_prepared_xacts where database = current_database())
                    select extract(epoch from clock_timestamp() - since)::bigint, owner
                      from open order by since, owner limit 1""", 2);
            String[] server = row(connection, """
                    select current_setting('server_version'), current_setting('fsync'),
                           current_setting('full_page_writes'), current_setting('synchronous_commit'),
                           pg_is_in_recovery()::text,
                           (select count(*) from pg_stat_activity
                             where datname = current_database() and query = '<insufficient privilege>')::text,
                           (select count(*) from pg_stat_activity where backend_type = 'client backend')::text,
                           current_setting('max_connections')""", 8);
            return new Vitals(
                    server[0],
                    connection.getMetaData().getDatabaseMajorVersion(),
                    server[1].equals("on"),
                    server[2].equals("on"),
                    server[3],
                    server[4].equals("true"),
                    clock.ahead,
                    clock.precision,
                    Duration.ofSeconds(oldest[0].isEmpty() ? 0 : Long.parseLong(oldest[0])),
                    oldest[1],
                    Integer.parseInt(server[5]),
                    Integer.parseInt(server[6]),
                    Integer.parseInt(server[7]),
                    pooling,
                    Migrations.check(connection).refusal());
        }
    }

    /** Of several looks the quickest, for it bounds the error best. */
    private static Clock clock(Connection connection) throws SQLException {
        Clock best = new Clock(Duration.ZERO, Duration.ofDays(1));
        try (Statement statement = connection.createStatement()) {
            for (int i = 0; i < CLOCK_TRIES; i++) {
                Instant before = Instant.now();
                try (ResultSet rows = statement.executeQuery("select clock_timestamp()")) {
                    Instant after = Instant.now();
                    rows.next();
                    Duration half = Duration.between(before, after).dividedBy(2);
                    Instant there = rows.getObject(1, OffsetDateTime.class).toInstant();
                    if (half.compareTo(best.precision) < 0) {
                        best = new Clock(Duration.between(before.plus(half), there), half);
                    }
                }
            }
        }
        return best;
    }

    /** The first row as text; empty texts where there is none. */
    private static String[] row(Connection connection, String sql, int columns) throws SQLException {
        String[] row = new String[columns];
        Arrays.fill(row, "");
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            if (rows.next()) {
                for (int i = 0; i < columns; i++) {
                    row[i] = Objects.requireNonNullElse(rows.getString(i + 1), "");
                }
            }
        }
        return row;
    }

    private record Clock(Duration ahead, Duration precision) {}
}
