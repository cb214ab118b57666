package escapement.queue;

import escapement.action.RiskLevel;
import escapement.db.Database;
import escapement.queue.IdempotencyStore.Claim;
import escapement.task.Priority;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: stores new tasks, one or a thousand, in one statement and one commit. */
final class SubmitStore {
    // Hand-written: data-modifying CTEs fed by unnest of parallel arrays have no form in jOOQ's DSL.
    private static final String TEMPLATE = """
            with asked as (
                select *, coalesce(run_at, now() + delay_ms * interval '1 ms') as due
                  from unnest(?, ?, ?, ?, ?, ?::escapement.task_priority[], ?::escapement.risk_level[], ?::numeric(7,6)[],
                              ?, ?, ?, ?::timestamptz[], ?::bigint[], ?::bigint[], ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::bigint[],
                              ?::timestamptz[], ?::timestamptz[], ?, ?::timestamptz[], ?)
                       with ordinality as u (id, action, queue, max_attempts, micros_behind, priority, risk_level,
                            confidence_score, description, workflow_id, created_by, run_at, delay_ms, timeout_ms, action_params, metadata, retry, dry_run, branches,
                            followed, open_dependencies, skips, has_references, awaits_branch, parent_id, start_by, deadline_at, at_risk_percent, order_at,
                            rationale, position)
            ), %s placed as materialized (
                select *, (case when open_dependencies > 0 or awaits_branch then 'BLOCKED'
                                when due > now() then 'SCHEDULED' else 'PENDING' end)::escapement.task_status as status,
                       case when deadline_at > now() then now() + (deadline_at - now()) * at_risk_percent / 100 else deadline_at end as at_risk_at,
                       %s + case when order_at is null then position else 0 end as claim_order,
                       case when risk_level = any((select risk_levels from escapement.gate)::escapement.risk_level[]) then 0 end as gate_version
                  from asked %s
            ), defined as (
                insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, confidence_score,
                                             description, workflow_id, created_by, timeout_ms, action_params, metadata, retry, dry_run,
                                             branches, skip_on_dependency_failure, result_references, parent_id,
                                             start_by, deadline_at, at_risk_at, rationale)
                select id, now(), action, queue, max_attempts, priority, risk_level, confidence_score,
                       description, workflow_id, created_by, timeout_ms, action_params::jsonb, metadata::jsonb, retry::jsonb, dry_run,
                       branches::jsonb, skips, has_references, parent_id,
                       start_by, deadline_at, at_risk_at, rationale::jsonb
                  from placed
            ), queued as (
                insert into escapement.live (id, claim_order, ready_at, run_at, status, priority, risk_level,
                                             action, queue, max_attempts, confidence_score, followed, open_dependencies,
                                             awaits_branch, deadline_at, at_risk_at, gate_version)
                select id, claim_order, case when status = 'PENDING' then now() end,
                       case when status <> 'PENDING' and due > now() then due end,
                       status, priority, risk_level, action, queue, max_attempts, confidence_score, followed, open_dependencies,
                       awaits_branch, deadline_at, at_risk_at, gate_version
                  from placed
            ), told as (
                insert into escapement.journal (queue, to_status, n, task_ids)
                select queue, status, count(*), array_agg(id order by position) from placed group by queue, status
            )
            select min(claim_order) filter (where status = 'PENDING'), now(), array_agg(id) filter (where status = 'PENDING' and gate_version is not null), %s from placed
            """;
    private static final String PLACE = ClaimOrder.number("order_at", "greatest(due, now())", "micros_behind");
    private static final String SUBMIT = TEMPLATE.formatted("", PLACE, "", "null::bigint[]");

    private static final String SUBMIT_KEYED =
            TEMPLATE.formatted(IdempotencyStore.TAKEN + ",", PLACE, """
            where id not in (select task_id from refused)""", "array(select task_id from refused)");

    private final Database database;

    SubmitStore(Database database) {
        this.database = database;
    }

    /** Stores all or none. */
    Receipt submit(List<Row> rows) {
        return submit(rows, List.of());
    }

    /** Stores all or none, but for the tasks of keys that others have. */
    Receipt submit(List<Row> rows, List<Claim> keys) {
        return database.statement(connection -> submit(connection, rows, keys));
    }

    /** Stores all, as a part of a transaction. */
    Receipt submit(DSLContext tx, List<Row> rows) {
        return tx.connectionResult(connection -> submit(connection, rows, List.of()));
    }

    private static Receipt submit(Connection connection, List<Row> rows, List<Claim> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(keys.isEmpty() ? SUBMIT : SUBMIT_KEYED)) {
            Columns<Row> columns = new Columns<>(statement, rows)
                    .bigint(Row::id)
                    .smallint(Row::action)
                    .smallint(Row::queue)
                    .smallint(Row::maxAttempts)
                    .bigint(row -> row.place().microsBehind())
                    .castFromText(Row::priority)
                    .castFromText(Row::riskLevel)
                    .castFromText(Row::confidenceScore)
                    .text(Row::description)
                    .text(Row::workflowId)
                    .text(Row::createdBy)
                    .castFromText(Row::runAt)
                    .castFromText(Row::delayMillis)
                    .castFromText(Row::timeoutMillis)
                    .text(Row::actionParams)
                    .text(Row::metadata)
                    .text(Row::retry)
                    .bool(Row::dryRun)
                    .text(Row::branches)
                    .bool(Row::followed)
                    .integer(Row::openDependencies)
                    .bool(Row::skipsOnDependencyFailure)
                    .bool(Row::hasReferences)
                    .bool(Row::awaitsBranch)
                    .castFromText(Row::parentId)
                    .castFromText(Row::startBy)
                    .castFromText(Row::deadlineAt)
                    .integer(Row::atRiskPercent)
                    .castFromText(row -> row.place().at())
                    .text(Row::rationale);
            if (!keys.isEmpty()) {
                IdempotencyStore.bind(new Columns<>(statement, keys, columns.next() - 1));
            }
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                long first = result.getLong(1);
                OptionalLong firstReady = result.wasNull() ? OptionalLong.empty() : OptionalLong.of(first);
                return new Receipt(
                        firstReady,
                        result.getObject(2, OffsetDateTime.class).toInstant(),
                        set(result.getArray(3)),
                        set(result.getArray(4)));
            }
        }
    }

    private static Set<Long> set(@Nullable Array ids) throws SQLException {
        return ids == null ? Set.of() : Set.of((Long[]) ids.getArray());
    }

    /**
     * What a submit did.
     *
     * @param firstReady the smallest claim order among the tasks that are ready at once
     * @param at when, by the database's clock
     * @param gated those of them about which the gate is to decide
     * @param refused tasks that were not stored, for another has their key
     */
    record Receipt(OptionalLong firstReady, Instant at, Set<Long> gated, Set<Long> refused) {}

    /** One task as its columns. */
    record Row(
            long id,
            short action,
            short queue,
            int maxAttempts,
            ClaimOrder.Place place,
            Priority priority,
            RiskLevel riskLevel,
            @Nullable BigDecimal confidenceScore,
            @Nullable String description,
            @Nullable String workflowId,
            String createdBy,
            @Nullable Instant runAt,
            @Nullable Long delayMillis,
            @Nullable Long timeoutMillis,
            String actionParams,
            @Nullable String metadata,
            @Nullable String retry,
            boolean dryRun,
            @Nullable String branches,
            boolean followed,
            int openDependencies,
            boolean skipsOnDependencyFailure,
            boolean hasReferences,
            boolean awaitsBranch,
            @Nullable Long parentId,
            @Nullable Instant startBy,
            @Nullable Instant deadlineAt,
            int atRiskPercent,
            @Nullable String rationale) {

        /** How much text it carries. */
        long characters() {
            return Stream.of(actionParams, metadata, description, branches, rationale)
                    .filter(Objects::nonNull)
                    .mapToLong(String::length)
                    .sum();
        }

        Row wired(
                String actionParams,
                @Nullable String branches,
                int openDependencies,
                boolean awaitsBranch,
                boolean followed) {
            return new Row(
                    id,
                    action,
                    queue,
                    maxAttempts,
                    place,
                    priority,
                    riskLevel,
                    confidenceScore,
                    description,
                    workflowId,
                    createdBy,
                    runAt,
                    delayMillis,
                    timeoutMillis,
                    actionParams,
                    metadata,
                    retry,
                    dryRun,
                    branches,
                    followed,
                    openDependencies,
                    skipsOnDependencyFailure,
                    hasReferences,
                    awaitsBranch,
                    parentId,
                    startBy,
                    deadlineAt,
                    atRiskPercent,
                    rationale);
        }
    }
}
