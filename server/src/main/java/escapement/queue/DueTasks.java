package escapement.queue;

import escapement.db.Database;

/** SQL: makes tasks ready whose time has come. Any node may call it at any time. Thread-safe. */
public final class DueTasks {
    /**
     * SQL: whether any is due; null for no. The least is the first of an index, whatever the planner thinks of the table: it
     * takes a third of what is compared with a time for due and reads the table from its beginning until it finds one.
     */
    static final String ANY = "(select min(run_at) from escapement.live where status = 'SCHEDULED') <= now()";

    private static final String RELEASE = """
            with due as materialized (
                select id, queue from escapement.live
                 where status = 'SCHEDULED' and run_at <= now()
                 order by run_at, id
                 limit ?
                   for update skip locked
            ), released as (
                update escapement.live l
                   set status = 'PENDING', run_at = null, ready_at = now()
                 where l.id = any(array(select id from due))
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, 'SCHEDULED', 'PENDING', count(*), array_agg(id) from due group by queue
            )
            select count(*) from due
            """;

    private final Database database;

    public DueTasks(Database database) {
        this.database = database;
    }

    /** Releases all that is due. @return how many */
    public int release() {
        return InBatches.run(database, RELEASE);
    }
}
