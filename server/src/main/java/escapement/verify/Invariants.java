package escapement.verify;

import escapement.access.AuditCheck;
import escapement.access.AuditReport;
import escapement.calibration.ComparisonStore;
import escapement.db.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checks the invariants of a database, also while it is in use: all questions see one snapshot.
 *
 * <p>Each query returns the violations, one text per row.
 */
public final class Invariants {
    private static final Map<String, String> QUERIES = new TreeMap<>(Map.ofEntries(
            Map.entry("every task is either live or ended", """
                    select 'task ' || t.id || case when l.id is null then ' is neither' else ' is both' end
                      from escapement.task t
                      left join escapement.live l on l.id = t.id
                      left join escapement.ended e on e.id = t.id
                     where (l.id is null) = (e.id is null)
                    """),
            Map.entry("nothing is live or ended that was not submitted", """
                    select 'task ' || x.id
                      from (select id from escapement.live union all select id from escapement.ended) x
                     where not exists (select from escapement.task t where t.id = x.id)
                    """),
            Map.entry("no task succeeded twice", """
                    select 'task ' || task_id || ' ' || count(*) || ' times'
                      from escapement.attempt where outcome = 'SUCCEEDED' group by task_id having count(*) > 1
                    """),
            Map.entry("a task is COMPLETED exactly if its last attempt succeeded", """
                    select 'task ' || e.id || ' ' || e.status || ' after ' || coalesce(a.outcome::text, 'no attempt')
                      from escapement.ended e
                      left join escapement.attempt a on a.task_id = e.id and a.attempt = e.attempt_count
                     where (e.status = 'COMPLETED') <> (a.outcome is not null and a.outcome in ('SUCCEEDED', 'DRY_RUN'))
                    """),
            Map.entry("attempts are numbered without gaps up to the task's count", """
                    select 'task ' || t.id || ': ' || coalesce(a.n, 0) || ' attempts, last ' || coalesce(a.last, 0) || ', counted ' || t.ended_attempts
                      from (select id, attempt_count as ended_attempts from escapement.ended
                            union all
                            select id, attempt - case when status = 'IN_PROGRESS' then 1 else 0 end from escapement.live) t
                      left join (select task_id, count(*) as n, max(attempt) as last from escapement.attempt group by task_id) a
                        on a.task_id = t.id
                     where coalesce(a.n, 0) <> t.ended_attempts or coalesce(a.last, 0) <> t.ended_attempts
                    """),
            Map.entry("no attempt that rules apply to was begun without a decision that let it", """
                    select 'task ' || a.task_id || ' attempt ' || a.attempt || ' under policy ' || a.policy_version
                      from escapement.attempt a
                      join escapement.action x on x.id = a.action
                      join escapement.policy p on p.version = a.policy_version
                     where exists (select from jsonb_array_elements(p.rules) r
                                    where r ->> 'risk_level' = a.risk_level::text and coalesce(r ->> 'action', x.name) = x.name)
                       and not exists (select from escapement.gate_decision d
                                        where d.task_id = a.task_id and d.policy_version = a.policy_version and d.attempt <= a.attempt
                                          and d.decision not in ('HOLD', 'REJECT'))
                    """),
            Map.entry("no attempt passed by the gate at a risk level that always had rules", """
                    select 'task ' || a.task_id || ' attempt ' || a.attempt
                      from escapement.attempt a
                     where coalesce(a.policy_version, 0) = 0
                   and not exists (select from escapement.node n where n.incarnation = a.node and n.version = 'import')
                       and a.started_at >= (select created_at from escapement.policy where version = 1)
                       and not exists (select from escapement.policy p
                                        where not exists (select from jsonb_array_elements(p.rules) r
                                                           where r ->> 'risk_level' = a.risk_level::text))
                    """),
            Map.entry("every task that waits for a person does so by a decision", """
                    select 'task ' || l.id
                      from escapement.live l
                      left join lateral (select d.decision from escapement.gate_decision d
                                          where d.task_id = l.id order by d.id desc limit 1) d on true
                     where l.status = 'DEFERRED' and coalesce(d.decision, 'RUN') not in ('HOLD', 'REJECT')
                    """),
            Map.entry("every probe drew its lot, and none is of HIGH risk", """
                    select 'task ' || d.task_id || ' drew ' || coalesce(d.probe_draw::text, 'nothing') || ' at a rate of ' || coalesce(d.probe_rate::text, 'none')
                      from escapement.gate_decision d
                     where d.code = 'PROBE'
                       and (d.probe_draw is distinct from escapement.probe_draw(d.task_id) or not coalesce(d.probe_draw < d.probe_rate, false)
                            or d.risk_level = 'HIGH' or d.path <> 'PROBE')
                    """),
            Map.entry("no task is quarantined before three nodes have died with it", """
                    select 'task ' || e.id || ': ' || lost.n
                      from escapement.ended e
                     cross join lateral (select count(*) as n from escapement.attempt a
                                          where a.task_id = e.id and a.outcome = 'LOST' and a.attempt > e.attempt_count - 3) lost
                     where e.status = 'FAILED' and e.reason = 'QUARANTINED' and lost.n < 3
                    """),
            Map.entry("fences grow with attempts", """
                    select 'task ' || task_id || ' attempt ' || attempt
                      from (select task_id, attempt, fence, lag(fence) over (partition by task_id order by attempt) as before
                              from escapement.attempt) a
                     where fence <= before
                    """),
            Map.entry("no task used more attempts than it was given", """
                    select 'task ' || t.id || ': ' || a.n || ' of ' || t.max_attempts
                      from escapement.task t
                      join (select x.task_id, count(*) as n
                              from escapement.attempt x join escapement.task y on y.id = x.task_id
                             where x.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT', 'CANCELLED', 'DRY_RUN')
                               and x.attempt > y.counted_after
                             group by x.task_id) a
                        on a.task_id = t.id
                     where a.n > t.max_attempts
                    """),
            Map.entry("no task is held by a node without a lease for longer than a minute", """
                    select 'task ' || l.id || ' by incarnation ' || l.node
                      from escapement.live l
                      left join escapement.node n on n.incarnation = l.node
                     where l.status = 'IN_PROGRESS' and (n.incarnation is null or n.lease_until < now() - interval '1 minute')
                    """),
            Map.entry("no node holds more tasks than one minute of work ahead", """
                    select 'incarnation ' || n.incarnation || ' holds ' || count(*)
                      from escapement.node n join escapement.live l on l.node = n.incarnation
                     where l.status = 'IN_PROGRESS' and l.started_at < now() - interval '1 minute'
                     group by n.incarnation, n.max_concurrent having count(*) > n.max_concurrent
                    """),
            Map.entry("nothing that is due waits for longer than a minute", """
                    select 'task ' || id || ' due at ' || run_at from escapement.live
                     where status = 'SCHEDULED' and run_at < now() - interval '1 minute'
                       and exists (select from escapement.node where lease_until > now())
                    """),
            Map.entry("no moment of a live task is overdue for longer than a minute", """
                    select 'task ' || m.task_id || ' ' || m.kind || ' at ' || m.at
                      from escapement.moment m join escapement.live l on l.id = m.task_id
                     where m.at < now() - interval '1 minute'
                       and exists (select from escapement.node where lease_until > now())
                    """),
            Map.entry("a task that ended on time or late had a deadline, and did so", """
                    select 'task ' || e.id || ' at ' || e.completed_at || ', deadline ' || coalesce(t.deadline_at::text, 'none')
                      from escapement.ended e
                      join escapement.task t on t.id = e.id
                     where e.on_time is not null and e.on_time is distinct from (e.completed_at <= t.deadline_at)
                    """),
            Map.entry("the deadlines met and missed are counted", """
                    select 'on time ' || v.on_time || ': ' || e.n || ' tasks, counted ' || c.n
                      from (values (true), (false)) v (on_time)
                     cross join lateral (select count(*) as n from escapement.ended where on_time is not null and on_time = v.on_time) e
                     cross join lateral (select coalesce(sum(n), 0) as n
                                           from (select * from escapement.on_time_count union all select * from escapement.on_time_delta) k
                                          where k.on_time = v.on_time) c
                     where e.n <> c.n
                    """),
            Map.entry("a task is flagged once as at risk and once as past its deadline", """
                    select 'task ' || task_id || ' ' || kind || ' ' || count(*) || ' times'
                      from escapement.event where kind in ('at_risk', 'breached')
                     group by task_id, kind having count(*) > 1
                    """),
            Map.entry("a task waits for as many dependencies as are not met", """
                    select 'task ' || l.id || ' counts ' || l.open_dependencies || ', there are ' || coalesce(d.n, 0)
                      from escapement.live l
                      left join (select downstream, count(*) as n from escapement.dependency where not met group by downstream) d
                        on d.downstream = l.id
                     where l.open_dependencies <> coalesce(d.n, 0) or (l.open_dependencies > 0) > (l.status = 'BLOCKED')
                    """),
            Map.entry("no dependency that an end has met is still open", """
                    select 'task ' || d.downstream || ' on ' || d.upstream || ', which is ' || e.status
                      from escapement.dependency d
                      join escapement.ended e on e.id = d.upstream
                      join escapement.live l on l.id = d.downstream
                     where not d.met and (d.required = 'ANY' or d.required::text = e.status::text)
                       and not exists (select from escapement.release r where r.upstream = d.upstream)
                    """),
            Map.entry("no task waits for one that ended otherwise although it is to be skipped then", """
                    select 'task ' || d.downstream || ' on ' || d.upstream || ', which is ' || e.status
                      from escapement.dependency d
                      join escapement.ended e on e.id = d.upstream
                      join escapement.live l on l.id = d.downstream
                     where not d.met and d.skips and d.required <> 'ANY' and d.required::text <> e.status::text
                       and not exists (select from escapement.release r where r.upstream = d.upstream)
                    """),
            Map.entry("a task that is BLOCKED waits for something", """
                    select 'task ' || id from escapement.live
                     where status = 'BLOCKED' and open_dependencies = 0 and not awaits_branch and reason is null
                    """),
            Map.entry("no task waits to be taken by branches whose tasks have all ended", """
                    select 'task ' || l.id from escapement.live l
                     where l.awaits_branch
                       and not exists (select from escapement.branch_target b join escapement.live s on s.id = b.source
                                        where b.target = l.id)
                    """),
            // at least: a task that ended twice after the same attempt keeps only what its last end made
            Map.entry("every task made by a branch is what a branch of its parent led to", """
                    select 'task ' || t.id || ' of ' || t.parent_id from escapement.task t
                     where t.parent_id is not null
                       and not exists (select from escapement.branch_result r
                                        where r.task_id = t.parent_id and r.taken and r.task_to >= t.id)
                    """),
            Map.entry("dependents left for later are moved within a minute", """
                    select 'of task ' || r.upstream || ' after ' || r.after_downstream
                      from escapement.release r join escapement.ended e on e.id = r.upstream
                     where e.completed_at < now() - interval '1 minute'
                       and exists (select from escapement.node where lease_until > now())
                    """),
            Map.entry("counts by status are those of the rows", """
                    select coalesce(c.status, r.status)::text || ': counted ' || coalesce(c.n, 0) || ', there are ' || coalesce(r.n, 0)
                      from (select status, sum(n) as n from report.status_counts group by status) c
                      full join (select status, count(*) as n
                                   from (select status from escapement.live union all select status from escapement.ended) x
                                  group by status) r on r.status = c.status
                     where coalesce(c.n, 0) <> coalesce(r.n, 0)
                    """),
            Map.entry("rolled-up attempts and the journal's tail are all attempts", """
                    select 'rolled up ' || rolled.n || ', tail ' || tail.n || ', there are ' || a.n || ', removed ' || removed.n
                      from (select coalesce(sum(n), 0) as n from escapement.attempt_minute) rolled,
                           (select coalesce(sum(j.n), 0) as n from escapement.follower f
                              join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq)
                             where f.name = 'roll-up' and j.attempts is not null) tail,
                           (select count(*) as n from escapement.attempt) a,
                           (select coalesce(sum(attempts), 0) as n from escapement.removed) removed
                     where rolled.n + tail.n <> a.n + removed.n
                    """),
            Map.entry("waits and run times are counted by size as often as in all", """
                    select 'at ' || m.minute || ' action ' || m.action || ' queue ' || m.queue || ' ' || m.outcome || ': ' || m.n || ', by size ' || s.n
                      from (select date_trunc('day', minute, 'UTC') as minute, action, queue, outcome, sum(n) as n
                              from escapement.attempt_minute group by 1, 2, 3, 4) m
                      join (select date_trunc('day', minute, 'UTC') as minute, action, queue, outcome, measure, sum(n) as n
                              from escapement.attempt_spread group by 1, 2, 3, 4, 5) s using (minute, action, queue, outcome)
                     -- an older node adds to the first alone
                     where s.n > m.n
                    """),
            Map.entry("sums of calibration are what the attempts and verdicts come to", ComparisonStore.DIFFERENCES),
            Map.entry(
                    "coarser sums of calibration are what the finer ones come to", ComparisonStore.ROLLED_DIFFERENCES),
            Map.entry("Quartz has no trigger that is late or stuck for longer than a minute", """
                    select trigger_name || ' ' || trigger_state || ' since ' || to_timestamp(next_fire_time / 1000)
                      from quartz.qrtz_triggers
                     where next_fire_time < (date_part('epoch', now()) - 60) * 1000
                       and trigger_state in ('ACQUIRED', 'BLOCKED', 'ERROR')
                       and exists (select from escapement.node where lease_until > now())
                    """)));

    private final Database database;

    public Invariants(Database database) {
        this.database = database;
    }

    /** Asks every question. */
    public List<Finding> check() {
        return database.statement(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("set transaction isolation level repeatable read, read only");
                statement.execute("set local statement_timeout = '10min'");
                List<Finding> findings = new ArrayList<>();
                for (Map.Entry<String, String> query : QUERIES.entrySet()) {
                    findings.add(ask(connection, query.getKey(), query.getValue()));
                }
                findings.add(auditTrail(connection));
                return findings;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        });
    }

    private static Finding auditTrail(Connection snapshot) {
        Optional<AuditReport.Fault> fault = new AuditCheck().check(snapshot).fault();
        return new Finding(
                "the audit trail is as it was written",
                fault.isPresent() ? 1 : 0,
                fault.map(AuditReport.Fault::sentence).orElse(null));
    }

    private static Finding ask(Connection connection, String invariant, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select count(*), min(v) from (" + query + ") as violation (v)")) {
            row.next();
            return new Finding(invariant, row.getLong(1), row.getString(2));
        }
    }

    /** What one question answered. @param example one violation; null when there is none */
    public record Finding(
            String invariant, long violations, @Nullable String example) {
        public boolean holds() {
            return violations == 0;
        }
    }
}
