package escapement.queue;

import escapement.db.Database;

/** SQL: lets tasks go on that came from a file before any node offered their action. Any node may call it at any time. Thread-safe. */
public final class Registrations {
    /** SQL: whether any waits for its action to be offered. */
    static final String ANY = "exists (select from escapement.live where status = 'BLOCKED' and reason is not null)";

    private static final String RELEASE = """
            with offered as materialized (
                select distinct a.id from escapement.node n cross join unnest(n.actions) as a (id) where n.lease_until > now()
            ), registered as materialized (
                select id, queue from escapement.live
                 where status = 'BLOCKED' and reason is not null and action = any(array(select id from offered))
                 order by id
                 limit ?
                   for update skip locked
            ), released as (
                update escapement.live l
                   set reason = null,
                       status = case when l.open_dependencies > 0 or l.awaits_branch then l.status when l.run_at > now() then 'SCHEDULED' else 'PENDING' end,
                       ready_at = case when l.open_dependencies > 0 or l.awaits_branch or l.run_at > now() then l.ready_at else now() end,
                       run_at = case when l.open_dependencies > 0 or l.awaits_branch or l.run_at > now() then l.run_at end
                 where l.id = any(array(select id from registered))
                returning l.id, l.queue, l.status
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, 'BLOCKED', status, count(*), array_agg(id) from released where status <> 'BLOCKED' group by queue, status
            )
            select count(*) from registered
            """;

    private final Database database;

    public Registrations(Database database) {
        this.database = database;
    }

    /** Releases all whose action is offered by now. @return how many */
    public int release() {
        return InBatches.run(database, RELEASE);
    }
}
