package escapement.watchdog;

import escapement.db.Database;
import java.util.List;

/** SQL: Quartz's triggers that nobody fires any more. */
final class StuckTriggerStore {
    // twice the misfire threshold late, and no node fires it (ACQUIRED) or another trigger of its job (BLOCKED)
    private static final String STUCK = """
            t.sched_name = 'escapement' and t.next_fire_time < (extract(epoch from clock_timestamp()) - 120) * 1000
               and (t.trigger_state = 'ERROR'
                    or t.trigger_state = 'ACQUIRED'
                       and not exists (select from quartz.qrtz_fired_triggers f
                                        where f.sched_name = t.sched_name and f.trigger_name = t.trigger_name
                                          and f.trigger_group = t.trigger_group)
                    or t.trigger_state = 'BLOCKED'
                       and not exists (select from quartz.qrtz_fired_triggers f
                                        where f.sched_name = t.sched_name and f.job_name = t.job_name
                                          and f.job_group = t.job_group))
            """;

    private static final String ANY = "select exists (select from quartz.qrtz_triggers t where " + STUCK + ")";

    // Quartz's own lock: whoever holds it sees no trigger between two states
    private static final String LOCK = """
            select lock_name from quartz.qrtz_locks where sched_name = 'escapement' and lock_name = 'TRIGGER_ACCESS' for update
            """;

    // what only says "look" is due at once, or Quartz would come to it when it looks for misfires; a plan keeps its
    // times
    private static final String FREE = """
            with stuck as materialized (
                select t.sched_name, t.trigger_name, t.trigger_group, t.trigger_state from quartz.qrtz_triggers t where %s
            )
            update quartz.qrtz_triggers t
               set trigger_state = 'WAITING',
                   next_fire_time = case when t.trigger_type = 'SIMPLE' then extract(epoch from clock_timestamp()) * 1000
                                         else t.next_fire_time end
              from stuck s
             where t.sched_name = s.sched_name and t.trigger_name = s.trigger_name and t.trigger_group = s.trigger_group
            returning t.trigger_name || ' ' || s.trigger_state
            """.formatted(STUCK);

    private final Database database;

    StuckTriggerStore(Database database) {
        this.database = database;
    }

    /** Makes them wait for their next fire. @return what they were */
    List<String> free() {
        if (!Boolean.TRUE.equals(database.jooq().resultQuery(ANY).fetchOne(0, Boolean.class))) {
            return List.of();
        }
        return database.inTransaction(tx -> {
            tx.fetch(LOCK);
            return tx.resultQuery(FREE).fetch(row -> row.get(0, String.class));
        });
    }
}
