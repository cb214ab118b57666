package escapement.task;

import escapement.db.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** SQL: how a task hangs together with others. Thread-safe. */
final class LinkStore {
    private static final int MOST_DEPENDENCIES = 1000;

    /*
     * A task that runs again may fire a branch once more: what was taken at any end was taken, what was not can only be said
     * once it has ended again.
     */
    private static final String LINKS = """
            select (select coalesce(jsonb_agg(jsonb_build_object(
                               'task_id', d.upstream::text, 'required_status', d.required, 'met', d.met,
                               'timeout_seconds', trim_scale(d.timeout_ms / 1000.0), 'status', coalesce(l.status, e.status))
                               order by d.upstream), '[]')::text
                      from (select * from escapement.dependency where downstream = ? order by upstream limit ?) d
                      left join escapement.live l on l.id = d.upstream
                      left join escapement.ended e on e.id = d.upstream),
                   (select coalesce(jsonb_agg(b.branch || jsonb_build_object(
                               'taken', case when r.taken or ended.id is not null then r.taken end,
                               'task_to', r.task_to::text, 'error', r.error)
                               order by b.number), '[]')::text
                      from escapement.task t
                     cross join lateral jsonb_array_elements(t.branches) with ordinality b (branch, number)
                      left join escapement.ended on ended.id = t.id
                      left join lateral (select * from escapement.branch_result r
                                          where r.task_id = t.id and r.position = b.number - 1
                                          order by r.taken desc, r.ending desc limit 1) r on true
                     where t.id = ?),
                   (select count(*) from (select from escapement.dependency where upstream = ? limit ?) d)
            """;

    private final Database database;

    LinkStore(Database database) {
        this.database = database;
    }

    Links of(long id) {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(LINKS)) {
                statement.setLong(1, id);
                statement.setInt(2, MOST_DEPENDENCIES);
                statement.setLong(3, id);
                statement.setLong(4, id);
                statement.setInt(5, Links.MOST_DEPENDENTS + 1);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return new Links(row.getString(1), row.getString(2), row.getInt(3));
                }
            }
        });
    }
}
