package escapement.queue;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: gives tasks that were stored in the same transaction the past that a file tells of. */
final class PastStore {
    private static final String IMPORT_NODE =
            "select incarnation from escapement.node where version = 'import' order by incarnation limit 1";
    // every attempt belongs to a node; this one never had a lease, so nothing takes it for alive
    private static final String ADD_IMPORT_NODE = """
            insert into escapement.node (name, version, max_concurrent, actions, lease_until, stopped_at)
            values ('imported', 'import', 1, '{}', now(), now()) returning incarnation
            """;
    private static final String DESCRIBE = """
            update escapement.task t
               set created_at = u.created_at, idempotency_key = u.key, counted_after = u.counted_after,
                   created_by = coalesce(u.created_by, t.created_by)
              from unnest(?, ?::timestamptz[], ?, ?, ?) as u (id, created_at, key, counted_after, created_by)
             where t.id = u.id
            """;
    private static final String ATTEMPTS = """
            insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path,
                                            ready_at, started_at, ended_at, confidence_score, error)
            select l.id, u.attempt, u.attempt, ?, l.action, l.queue, u.outcome, l.risk_level, 'AUTO',
                   u.started_at, u.started_at, u.ended_at, l.confidence_score, u.error
              from unnest(?, ?, ?::escapement.attempt_outcome[], ?::timestamptz[], ?::timestamptz[], ?)
                   as u (id, attempt, outcome, started_at, ended_at, error)
              join escapement.live l on l.id = u.id
            """;
    // a change from a status to itself moves no count of tasks, and the attempt is counted as every other
    private static final String TELL_ATTEMPTS = """
            insert into escapement.journal (queue, from_status, to_status, outcome, n, task_ids, attempts)
            select l.queue, l.status, l.status, u.outcome, count(*), array_agg(l.id), array_agg(u.attempt)
              from unnest(?, ?, ?::escapement.attempt_outcome[]) as u (id, attempt, outcome)
              join escapement.live l on l.id = u.id
             group by l.queue, l.status, u.outcome
            """;
    private static final String GO_ON = """
            update escapement.live l set attempt = u.attempts, fence = u.attempts, uncounted = u.uncounted
              from unnest(?, ?, ?) as u (id, attempts, uncounted)
             where l.id = u.id
            """;
    private static final String END = """
            with u as materialized (
                select * from unnest(?, ?::escapement.task_status[], ?::timestamptz[], ?, ?, ?, ?::escapement.attempt_outcome[])
                         as u (id, status, completed_at, attempts, result, reason, outcome)
            ), gone as (
                delete from escapement.live l using u where l.id = u.id and l.status <> 'IN_PROGRESS'
                returning l.id, l.queue, l.status as was, l.deadline_at, u.status, u.completed_at, u.attempts, u.result, u.reason, u.outcome
            ), ended as (
                insert into escapement.ended (id, completed_at, attempt_count, status, result, reason, on_time)
                select id, completed_at, attempts, status, result::jsonb, reason,
                       case when status in ('COMPLETED', 'FAILED') then completed_at <= deadline_at end
                  from gone
            ), forgotten as (
                delete from escapement.moment m using gone g where m.task_id = g.id
            )
            insert into escapement.journal (queue, from_status, to_status, outcome, n, task_ids, attempts)
            select queue, was, status, outcome, count(*), array_agg(id), case when outcome is not null then array_agg(attempts) end
              from gone group by queue, was, status, outcome
            """;
    private static final String UNREGISTERED = """
            with locked as materialized (
                select id, queue, status from escapement.live where id = any(?::bigint[]) order by id for update
            ), waiting as (
                update escapement.live l set status = 'BLOCKED', ready_at = null, reason = 'action not registered'
                  from locked k
                 where l.id = k.id
            )
            insert into escapement.journal (queue, from_status, to_status, n, task_ids)
            select queue, status, 'BLOCKED', count(*), array_agg(id) from locked where status <> 'BLOCKED' group by queue, status
            """;

    /** Who made the attempts that files tell of. */
    int importNode(DSLContext tx) {
        return tx.resultQuery(IMPORT_NODE)
                .fetchOptional(row -> row.get(0, Integer.class))
                .orElseGet(() -> tx.resultQuery(ADD_IMPORT_NODE).fetchSingle(row -> row.get(0, Integer.class)));
    }

    void describe(DSLContext tx, List<Told> tasks) {
        run(
                tx,
                DESCRIBE,
                statement -> new Columns<>(statement, tasks)
                        .bigint(Told::id)
                        .castFromText(task -> task.past().createdAt())
                        .text(task -> task.past().key())
                        .integer(Told::uncounted)
                        .text(task -> task.past().createdBy()));
    }

    /** Stores all attempts, and tells of them but for those that end their tasks. */
    void attempts(DSLContext tx, int node, List<Told> tasks) {
        List<Numbered> attempts = new ArrayList<>();
        List<Numbered> between = new ArrayList<>();
        for (Told task : tasks) {
            int last = task.past().attempts().size();
            for (int number = 1; number <= last; number++) {
                Numbered attempt =
                        new Numbered(task.id(), number, task.past().attempts().get(number - 1));
                attempts.add(attempt);
                if (number < last || !task.past().hasEnded()) {
                    between.add(attempt);
                }
            }
        }
        if (attempts.isEmpty()) {
            return;
        }
        run(tx, ATTEMPTS, statement -> {
            statement.setInt(1, node);
            new Columns<>(statement, attempts, 1)
                    .bigint(Numbered::id)
                    .integer(Numbered::number)
                    .castFromText(one -> one.attempt().outcome())
                    .castFromText(one -> one.attempt().startedAt())
                    .castFromText(one -> one.attempt().endedAt())
                    .text(one -> one.attempt().error());
        });
        if (!between.isEmpty()) {
            run(
                    tx,
                    TELL_ATTEMPTS,
                    statement -> new Columns<>(statement, between)
                            .bigint(Numbered::id)
                            .integer(Numbered::number)
                            .castFromText(one -> one.attempt().outcome()));
        }
    }

    /** Lets tasks that are to run count on from the attempts they have made. */
    void goOn(DSLContext tx, List<Told> tasks) {
        run(
                tx,
                GO_ON,
                statement -> new Columns<>(statement, tasks)
                        .bigint(Told::id)
                        .integer(task -> task.past().attempts().size())
                        .integer(Told::uncounted));
    }

    void end(DSLContext tx, List<Told> tasks) {
        run(
                tx,
                END,
                statement -> new Columns<>(statement, tasks)
                        .bigint(Told::id)
                        .castFromText(task -> task.past().status())
                        .castFromText(task -> task.past().completedAt())
                        .integer(task -> task.past().attempts().size())
                        .text(task -> task.past().result())
                        .text(task -> task.past().reason())
                        .castFromText(Told::lastOutcome));
    }

    /** Keeps tasks waiting whose action no node has ever offered, or offers at the moment. */
    void awaitRegistration(DSLContext tx, List<Long> ids) {
        tx.query(UNREGISTERED, (Object) ids.toArray(Long[]::new)).execute();
    }

    private static void run(DSLContext tx, String sql, Binding binding) {
        tx.connection(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binding.bind(statement);
                statement.executeUpdate();
            }
        });
    }

    @FunctionalInterface
    private interface Binding {
        void bind(PreparedStatement statement) throws SQLException;
    }

    private record Numbered(long id, int number, Past.Attempt attempt) {}

    /** A stored task and what is told of it. */
    record Told(long id, int maxAttempts, Past past) {
        /** So many of its attempts take none of {@code max_attempts} that exactly those said to be left are. */
        int uncounted() {
            int made = past.attempts().size();
            return Math.clamp((long) made - (maxAttempts - past.attemptsLeft()), 0, made);
        }

        @Nullable
        Object lastOutcome() {
            return past.attempts().isEmpty() ? null : past.attempts().getLast().outcome();
        }
    }
}
