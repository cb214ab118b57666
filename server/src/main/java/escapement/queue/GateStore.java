package escapement.queue;

import escapement.gate.PolicyJson;
import escapement.gate.PolicyRule;
import escapement.json.Json;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: what the policy in force says of tasks, and what becomes of them. */
final class GateStore {
    /*
     * Where the gate decides. Of rows "due" it makes rows "weighed" with what falls short (code, null for nothing) and the
     * decision. Two sources: due tasks (id, risk_level, action, confidence_score, params_edited, status, gate_path), and rules.
     *
     * An approval counts for the payload that the person saw, and that is as an edit left it that committed while the rows
     * were locked. One below reject_below cannot be approved.
     *
     * What the map in force makes of a confidence is looked up in millionths, so that the version named by a decision proves
     * it. A stale map may lower a confidence but not raise it; it has nobody rejected who would not be rejected by a fresh one.
     */
    private static final String WEIGHED = """
            maps as materialized (
                -- joined to an empty array, or each of a thousand tasks would have it unpacked again
                select a.action, f.version, f.is_stale, m.knots || array[]::integer[] as knots, m.lower80 || array[]::integer[] as lower80
                  from (select distinct action from due) a
                 cross join lateral escapement.map_in_force(a.action) f
                  join escapement.calibration_map m on m.version = f.version
            ), alone as materialized (
                select w.*, case when w.code = 'CONFIDENCE_BELOW_MINIMUM' and not w.approved and w.effect = 'hold' and w.risk_level <> 'HIGH'
                                      and w.is_reversible and (w.gate_path = 'PROBE'
                                           -- once: of those held before people have picked
                                           or (w.gate_path = 'AUTO' and not exists (select from escapement.gate_decision e where e.task_id = w.id)))
                                 then w.rule_probe_rate end as probe_rate
                  from (select f.*, f.code <> 'CONFIDENCE_TOO_LOW' and f.approvals > 0 and a.given >= f.approvals as approved,
                               coalesce(a.dry, false) and f.code is not null as approved_dry
                          from (select d.*, t.edited_by, r.risk_level is not null as has_rule, r.minimum_confidence, r.statistic, r.reject_below, r.approvals,
                                       r.approver_groups, r.expires_after, r.effect, coalesce(r.dry_run, false) as dry_run,
                                       r.action as rule_action, r.probe_rate as rule_probe_rate, r.probes_per_day, t.rationale -> 'reversible' is distinct from 'false' as is_reversible,
                                       m.version as map_version, coalesce(m.is_stale, false) as map_stale, q.calibrated, q.calibrated_lower, u.value,
                                       escapement.payload_digest(t.id, t.action, t.risk_level,
                                           case when d.params_edited then escapement.latest_params(t.id) else t.action_params end) as payload_digest,
                                       case when r.always_hold then 'ALWAYS_HELD'
                                            when r.hold_irreversible and t.rationale -> 'reversible' = 'false' then 'IRREVERSIBLE'
                                            when r.minimum_confidence is null then null
                                            when d.confidence_score is null then 'NO_CONFIDENCE'
                                            when u.value >= r.minimum_confidence then null
                                            when u.said >= r.minimum_confidence then 'MAP_STALE'
                                            when u.said < r.reject_below
                                                then case when t.metadata -> 'ambiguous' = 'true' then 'CLARIFICATION' else 'CONFIDENCE_TOO_LOW' end
                                            else 'CONFIDENCE_BELOW_MINIMUM' end as code
                                  from due d
                                  join escapement.task t on t.id = d.id
                                  left join lateral (select * from %s r where r.risk_level = d.risk_level and r.action in (0, d.action)
                                                      order by r.action desc limit 1) r on true
                                  left join maps m on m.action = d.action
                                 cross join lateral (
                                     select case when m.version is null then d.confidence_score
                                                 else (m.knots[floor(d.confidence_score * 1000)::integer + 1] / 1000000.0)::numeric(7, 6) end as calibrated,
                                            ((case when m.version is null then escapement.prior_lower80() else m.lower80 end)
                                                [floor(d.confidence_score * 1000)::integer + 1] / 1000000.0)::numeric(7, 6) as calibrated_lower) q
                                 cross join lateral (
                                     select said, case when m.is_stale then least(said, d.confidence_score) else said end as value
                                       from (select case r.statistic when 'calibrated' then q.calibrated when 'calibrated_lower' then q.calibrated_lower
                                                                     else d.confidence_score end as said) s) u) f
                          left join lateral (select * from escapement.approvals_given(f.id, f.payload_digest, f.edited_by, f.approver_groups)
                                              where f.code is not null) a on true) w
            ), drawn as materialized (
                select a.*, escapement.probe_draw(a.id) as probe_draw, escapement.probe_draw(a.id) < a.probe_rate as lucky
                  from alone a where a.probe_rate is not null
            ), spent as materialized (
                -- locked, so that two that decide at once count one after the other
                select p.risk_level, p.action, case when p.day = (now() at time zone 'UTC')::date then p.n else 0 end as n
                  from escapement.gate_probe p
                 where (p.risk_level, p.action) in (select risk_level, rule_action from drawn where lucky and gate_path <> 'PROBE')
                 order by p.risk_level, p.action
                   %s
            ), probes as materialized (
                select d.id, d.probe_draw,
                       d.lucky and (d.gate_path = 'PROBE'
                                    or coalesce(s.n, 0) + row_number() over (partition by d.risk_level, d.rule_action, d.lucky, d.gate_path order by d.id)
                                       <= d.probes_per_day) as probed
                  from drawn d
                  left join spent s on s.risk_level = d.risk_level and s.action = d.rule_action
            ), weighed as materialized (
                select w.*, p.probe_draw, coalesce(p.probed, false) as probed,
                       case when w.code is null or w.approved or p.probed then case when w.dry_run or w.approved_dry then 'DRY_RUN' else 'RUN' end
                            when w.effect = 'record' then 'RECORD'
                            when w.effect = 'dry_run' then 'DRY_RUN'
                            when w.code = 'CONFIDENCE_TOO_LOW' then 'REJECT'
                            else 'HOLD' end::escapement.gate_decision_kind as decision
                  from alone w left join probes p on p.id = w.id
            )""";

    // the confidence, and what was compared with the threshold where that is something else
    private static final String COMPARED = """
            escapement.confidence_text(w.confidence_score)
                || case w.statistic when 'calibrated' then ', calibrated ' || escapement.confidence_text(w.value)
                                    when 'calibrated_lower' then ', calibrated at least ' || escapement.confidence_text(w.value) else '' end""";

    private static final String REASON = """
            case w.code when 'ALWAYS_HELD' then w.risk_level || ' risk: a person decides, whatever the confidence'
                        when 'IRREVERSIBLE' then w.risk_level || ' risk and not reversible: a person decides, whatever the confidence'
                        when 'NO_CONFIDENCE' then w.risk_level || ' risk without a confidence, which must be at least ' || escapement.confidence_text(w.minimum_confidence)
                        when 'CONFIDENCE_TOO_LOW' then w.risk_level || ' risk: confidence ' || %1$s
                             || ' < ' || escapement.confidence_text(w.reject_below) || ', below which nobody is asked'
                        when 'CLARIFICATION' then w.risk_level || ' risk: confidence ' || %1$s
                             || ' < ' || escapement.confidence_text(w.reject_below) || ' and marked ambiguous: to be clarified'
                        when 'MAP_STALE' then w.risk_level || ' risk: confidence ' || escapement.confidence_text(w.confidence_score)
                             || ' < ' || escapement.confidence_text(w.minimum_confidence) || ', and the calibration map that would raise it is stale'
                        when 'CONFIDENCE_BELOW_MINIMUM' then w.risk_level || ' risk: confidence ' || %1$s
                             || ' < ' || escapement.confidence_text(w.minimum_confidence)
                             || case when w.probe_draw is null then ''
                                     when w.probed then '; runs as a probe: drew ' || w.probe_draw || ' < ' || escapement.confidence_text(w.probe_rate)
                                     when w.probe_draw < w.probe_rate then '; drawn as a probe, but the ' || w.probes_per_day || ' of today have run'
                                     else '; not drawn as a probe' end end""".formatted(COMPARED);

    /** What is due, by which the one statement that decides is completed: everything, or certain tasks. */
    private static final String JUDGE = """
            with in_force as materialized (
                select version from escapement.gate
            ), due as materialized (
                select l.id, l.queue, l.status, l.risk_level, l.action, l.confidence_score, l.attempt, l.gate_path, l.gate_version, l.held_since, l.params_edited
                  from escapement.live l
                 where l.status in ('PENDING', 'DEFERRED') and l.gate_version < (select version from in_force) %s
                 order by l.gate_version, l.id limit ?
                   for update skip locked
            ), """ + WEIGHED.formatted("escapement.gate_rule", "for update") + """
            , judged as materialized (
                select w.*, i.version, w.decision in ('HOLD', 'REJECT') as is_held, %s as fault,
                       -- who passes by himself now is no probe any more
                       case when w.approved then 'HUMAN' when w.probed then 'PROBE' when w.gate_path = 'PROBE' then 'AUTO' else w.gate_path end::escapement.gate_path as path,
                       case when w.decision = 'HOLD' then since.held + w.expires_after when w.decision = 'REJECT' then now() end as expires_at,
                       since.held
                  from weighed w
                 cross join in_force i
                  -- a change of policy gives nobody more time
                 cross join lateral (select case when w.status = 'DEFERRED' and w.gate_version > 0 then w.held_since else now() end as held) since
            ), moved as (
                update escapement.live l
                   set gate_version = j.version, gate_path = j.path, dry_run = j.decision = 'DRY_RUN',
                       status = case when j.is_held then 'DEFERRED' else 'PENDING' end::escapement.task_status,
                       ready_at = case when j.is_held then null when j.status = 'PENDING' then l.ready_at else now() end,
                       reason = case when j.is_held then j.fault end, held_since = case when j.is_held then j.held end
                  from judged j
                 -- reached by primary key: as a join alone it is planned for a thousand rows, and all of "live" read for each
                 where l.id = any(array(select id from judged)) and l.id = j.id
            ), decided as (
                insert into escapement.gate_decision (task_id, policy_version, attempt, confidence_score, calibrated, calibrated_lower, map_version,
                                                      map_stale, probe_rate, probe_draw, statistic, value, threshold, decision,
                                                      path, code, approvals, approver_groups, expires_at, payload_digest, reason, action, risk_level)
                select id, version, attempt + 1, confidence_score, calibrated, calibrated_lower, map_version, map_stale, probe_rate, probe_draw, statistic, value,
                       case when code in ('CONFIDENCE_TOO_LOW', 'CLARIFICATION') then reject_below else minimum_confidence end,
                       decision, path, case when approved then 'APPROVED' when probed then 'PROBE' else coalesce(code, 'PASSED') end,
                       approvals, approver_groups, expires_at, payload_digest, fault, action, risk_level
                  from judged where has_rule
            ), counted as (
                insert into escapement.gate_probe as t (risk_level, action, day, n)
                select risk_level, rule_action, (now() at time zone 'UTC')::date, count(*)
                  from judged where probed and gate_path <> 'PROBE' group by 1, 2 order by 1, 2
                    on conflict (risk_level, action) do update
                   set day = excluded.day, n = case when t.day = excluded.day then t.n else 0 end + excluded.n
            ), limited as (
                insert into escapement.moment (task_id, kind, at)
                select id, 'APPROVAL', expires_at from judged where expires_at is not null order by id
                    on conflict (task_id, kind, upstream) do update set at = excluded.at
            ), unlimited as (
                delete from escapement.moment m using judged j
                 where m.task_id = j.id and m.kind = 'APPROVAL' and j.status = 'DEFERRED' and j.expires_at is null
            ), told as (
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, status, now_is, count(*), array_agg(id)
                  from (select j.*, case when is_held then 'DEFERRED' else 'PENDING' end::escapement.task_status as now_is from judged j) j
                 where now_is <> status group by queue, status, now_is
            ), alerted as (
                insert into escapement.webhook_delivery (event, task_id, detail)
                select 'deferred', id, jsonb_build_object('reason', fault, 'policy_version', version, 'approvals', approvals,
                       'approver_groups', approver_groups, 'expires_at', escapement.rfc3339(expires_at))
                  from judged where decision = 'HOLD' and status <> 'DEFERRED' and escapement.webhook_wanted()
                 order by id
            )
            select id, decision::text, expires_at from judged order by id
            """;

    private static final String JUDGE_ALL = JUDGE.formatted("", REASON);
    private static final String JUDGE_THESE = JUDGE.formatted("and l.id = any(?::bigint[])", REASON);

    /** Tasks that waited when their risk level had no rules, a piece at a time in the order of their ids. */
    private static final String SWEEP = """
            with at as materialized (
                select swept_to, risk_levels from escapement.gate where swept_to is not null for update skip locked
            ), piece as materialized (
                select l.id, l.gate_version is null and l.risk_level = any(at.risk_levels) as unmarked
                  from at cross join lateral (select * from escapement.live l where l.id > at.swept_to order by l.id limit ?) l
            ), marked as (
                update escapement.live set gate_version = 0
                 where id = any(array(select id from piece where unmarked)) and status <> 'IN_PROGRESS' and gate_version is null
            ), moved as (
                update escapement.gate g set swept_to = (select max(id) from piece) from at where g.swept_to is not null
            )
            select count(*) from piece
            """;

    private static final String AGAIN =
            "update escapement.live set gate_version = 0 where id = any(?::bigint[]) and gate_version is not null and status <> 'IN_PROGRESS'";

    private static final String PREVIEW = """
            with rules as materialized (
                select r.risk_level, coalesce(a.id, 0::smallint) as action, r.minimum_confidence, r.reject_below, r.statistic,
                       r.always_hold, r.hold_irreversible, r.approvals, array(select jsonb_array_elements_text(r.groups)) as approver_groups,
                       r.expires_after_seconds * interval '1 s' as expires_after, r.effect, r.dry_run,
                       r.probe_rate, coalesce(r.probes_per_day, 0) as probes_per_day
                  from jsonb_to_recordset(?::jsonb) as r (risk_level escapement.risk_level, action text, minimum_confidence numeric(7, 6),
                       reject_below numeric(7, 6), statistic escapement.gate_statistic, always_hold boolean, hold_irreversible boolean,
                       approvals smallint, groups jsonb, expires_after_seconds numeric, effect escapement.gate_effect, dry_run boolean,
                       probe_rate numeric(7, 6), probes_per_day integer)
                  left join escapement.action a on a.name = r.action
                 where r.action is null or a.id is not null
            ), due as materialized (
                select id, risk_level, action, confidence_score, params_edited, status, gate_path from escapement.live where status <> 'IN_PROGRESS' and attempt = 0
            ), """ + WEIGHED.formatted("rules", "") + """
            select decision::text, status = 'DEFERRED' as deferred, count(*) from weighed group by 1, 2
            """;

    /** SQL: whether any task waits for the gate, or may have to; null for no, as in {@link DueTasks#ANY}. */
    static final String ANY = """
            ((select min(gate_version) from escapement.live where status in ('PENDING', 'DEFERRED') and gate_version is not null)
                 < (select version from escapement.gate)
             or exists (select from escapement.gate where swept_to is not null))""";

    /** Decides about tasks that wait for it, at most {@code limit}; none that another transaction holds. */
    List<Judged> judge(DSLContext tx, int limit) {
        return tx.resultQuery(JUDGE_ALL, limit).fetch(GateStore::judged);
    }

    /** Decides about those of these tasks that wait for it. */
    List<Judged> judge(DSLContext tx, Collection<Long> ids) {
        return tx.resultQuery(JUDGE_THESE, ids.toArray(Long[]::new), ids.size()).fetch(GateStore::judged);
    }

    private static Judged judged(Record row) {
        OffsetDateTime expires = row.get(2, OffsetDateTime.class);
        return new Judged(
                row.get(0, Long.class),
                Decision.valueOf(row.get(1, String.class)),
                expires == null ? null : expires.toInstant());
    }

    /** Lets the gate decide anew about tasks about which it has decided. */
    void again(DSLContext tx, Collection<Long> ids) {
        tx.query(AGAIN, (Object) ids.toArray(Long[]::new)).execute();
    }

    /** Tells waiting tasks that their risk level has rules now. @return how many it looked at; 0 when there is nothing to do */
    int sweep(DSLContext tx, int limit) {
        return tx.resultQuery(SWEEP, limit).fetchSingle(row -> row.get(0, int.class));
    }

    /** What these rules would say of the tasks that wait now and never ran: by decision, and whether they are held today. */
    List<Previewed> preview(DSLContext tx, List<PolicyRule> rules) {
        return tx.resultQuery(PREVIEW, Json.write(PolicyJson.write(rules)))
                .fetch(row -> new Previewed(
                        Decision.valueOf(row.get(0, String.class)),
                        Objects.requireNonNull(row.get(1, Boolean.class)),
                        row.get(2, Long.class)));
    }

    /** What the gate says; the names are those of the database. */
    enum Decision {
        RUN,
        HOLD,
        REJECT,
        DRY_RUN,
        RECORD;

        boolean isHeld() {
            return this == HOLD || this == REJECT;
        }
    }

    /** @param expiresAt when a held task counts as rejected; null: never, or not held */
    record Judged(long id, Decision decision, @Nullable Instant expiresAt) {}

    /** @param deferred whether they are held under the policy in force */
    record Previewed(Decision decision, boolean deferred, long n) {}
}
