package escapement.queue;

import escapement.support.Sql;
import escapement.support.TestDatabase;

/** Very many tasks that wait, all alike, in a database without a server. */
final class WaitingTasks {
    private WaitingTasks() {}

    /** @return the incarnation of a node that may claim them */
    static int fill(TestDatabase database, int tasks) {
        Sql.update(database, "insert into escapement.action (name) values ('noop')");
        int node = (int) Sql.number(database, """
                insert into escapement.node (name, version, max_concurrent, actions, lease_until)
                values ('one', 'test', 50, '{1}', now() + interval '1 hour') returning incarnation""");
        define(database, 1, tasks);
        ready(database, 1, tasks);
        Sql.update(database, "analyze escapement.live");
        Sql.update(database, "analyze escapement.task");
        return node;
    }

    /** Only what was asked for, as of tasks that nobody may claim yet. */
    static void define(TestDatabase database, int from, int to) {
        Sql.update(database, """
                insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, created_by, action_params)
                select i, now(), 1, 1, 3, 'MEDIUM', 'LOW', 'test', '{}' from generate_series(%d, %d) i""".formatted(from, to));
    }

    /** Makes tasks that are defined ready. */
    static void ready(TestDatabase database, int from, int to) {
        Sql.update(database, """
                insert into escapement.live (id, claim_order, ready_at, status, priority, risk_level, action, queue, max_attempts)
                select i, i, now(), 'PENDING', 'MEDIUM', 'LOW', 1, 1, 3 from generate_series(%d, %d) i""".formatted(from, to));
    }
}
