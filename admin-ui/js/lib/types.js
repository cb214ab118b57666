// @ts-check
/**
 * The shapes of the API, as its answers have them. Times are RFC 3339 in UTC, durations seconds, ids strings.
 *
 * @typedef {'BLOCKED' | 'SCHEDULED' | 'PENDING' | 'DEFERRED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'SKIPPED'
 *   | 'CANCELLED'} TaskStatus
 *
 * @typedef {object} TaskRow
 * @property {string} id
 * @property {string | null} description
 * @property {string} action_name
 * @property {string} queue
 * @property {string} workflow_id
 * @property {string} priority
 * @property {string} risk_level
 * @property {number | null} confidence_score
 * @property {TaskStatus} status
 * @property {string | null} reason
 * @property {number} attempt_count
 * @property {number} max_attempts
 * @property {string} created_at
 * @property {string | null} created_by
 * @property {string | null} run_at
 * @property {string | null} started_at
 * @property {string | null} completed_at
 * @property {string | null} error
 * @property {boolean} dry_run
 * @property {boolean} [partial] ours: the status is newer than the other members
 *
 * @typedef {{ task_id: string, required_status: string, met: boolean, timeout_seconds: number | null, status: TaskStatus | null }} Dependency
 *   `status`: null when it is not stored any more
 *
 * @typedef {object} TaskExtras
 * @property {number} version grows with every edit
 * @property {string | null} parent_id the task whose branch made it
 * @property {Dependency[]} dependencies at most the first thousand
 * @property {number} dependents_count 1001 stands for more than 1000
 * @property {{ condition_type: string, next_task_id?: string, next_task_template?: { action_name: string, description?: string | null }, taken: boolean | null, task_to: string | null, error: string | null }[]} conditional_branches
 * @property {{ fraction: number, message: string | null } | null} progress
 * @property {string | null} reasoning
 * @property {string[] | null} alternatives
 * @property {boolean | null} reversible
 * @property {string | null} undo
 * @property {string | null} payload_digest of what would run, while the gate holds it
 * @property {{ verdict: 'correct' | 'wrong' | 'reverted', attempt: number, by: string, at: string, reason: string | null } | null} outcome
 *   what a person said of it last
 *
 * @typedef {TaskRow & TaskExtras} Task
 *
 * @typedef {object} Attempt
 * @property {number} attempt
 * @property {string} node
 * @property {string} started_at
 * @property {string | null} ended_at
 * @property {string | null} outcome
 * @property {string | null} error
 * @property {number | null} confidence_score
 * @property {{ at: string, line: string }[]} log
 *
 * @typedef {object} Decision of the gate
 * @property {string} at
 * @property {'RUN' | 'HOLD' | 'REJECT' | 'DRY_RUN' | 'RECORD'} decision
 * @property {string} code
 * @property {string | null} reason
 * @property {'AUTO' | 'PROBE' | 'HUMAN'} path
 * @property {number | null} confidence_score
 * @property {number} attempt that was to start
 * @property {string} statistic
 * @property {number | null} value
 * @property {number | null} threshold
 * @property {number} policy_version
 * @property {number | null} map_version
 * @property {boolean} map_stale
 * @property {number | null} calibrated
 * @property {number | null} calibrated_lower
 * @property {number | null} probe_rate null: it drew no lot
 * @property {number | null} probe_draw likewise
 * @property {number} approvals_needed
 * @property {string[]} groups
 *
 * @typedef {{ code: string, message: string } & Record<string, unknown>} ExplainReason
 * @typedef {{ status: TaskStatus, summary: string, reasons: ExplainReason[] }} Explanation
 *
 * @typedef {{ id: string, description: string | null, action_name: string, status: TaskStatus, attempt_count: number }} GraphNode
 * @typedef {{ kind: 'dependency' | 'branch', from: string, to: string | null, required_status?: string, met?: boolean, timeout_seconds?: number | null }} GraphEdge
 * @typedef {{ nodes: GraphNode[], edges: GraphEdge[] }} WorkflowGraph
 *
 * @typedef {object} ActionOffer
 * @property {string} name
 * @property {string | null} description
 * @property {any} params_schema JSON Schema, or null
 * @property {string} minimum_risk
 * @property {boolean} dry_run whether it can say what it would do
 * @property {string[]} nodes
 *
 * @typedef {object} Said what a person decided
 * @property {string} by
 * @property {boolean} verified
 * @property {string} verdict
 * @property {string} at
 * @property {string} reason
 * @property {string} payload_digest
 *
 * @typedef {object} PendingApproval
 * @property {string} id
 * @property {string | null} description
 * @property {string} action_name
 * @property {string} risk_level
 * @property {number | null} confidence_score
 * @property {string} created_by
 * @property {string} payload_digest
 * @property {{ given: number, needed: number }} approvals
 * @property {string} held_at
 * @property {string | null} expires_at
 * @property {Decision} decision
 *
 * @typedef {object} EvidenceExtras
 * @property {Task} task
 * @property {Said[]} said
 * @property {{ id: string, action_name: string, description: string | null }[]} dependents the first of them
 * @property {{ task_id: string, attempt: number, outcome: string, ended_at: string, error: string | null }[]} latest_outcomes
 * @property {Record<string, number>} outcomes_30_days
 * @property {string | undefined} plan as the server wrote it
 * @property {string | undefined} params likewise
 *
 * @typedef {PendingApproval & EvidenceExtras} Evidence of a task that the gate holds
 *
 * @typedef {object} Hold
 * @property {'EVERYTHING' | 'QUEUE' | 'ACTION'} scope
 * @property {string | null} queue
 * @property {string | null} action
 * @property {string} since
 * @property {string | null} until
 * @property {string} by
 * @property {boolean} verified
 * @property {string | null} reason
 *
 * @typedef {object} Node
 * @property {string} name
 * @property {number} incarnation
 * @property {string} version
 * @property {boolean} alive
 * @property {number} running
 * @property {number} limit
 * @property {string} started_at
 * @property {string} heartbeat_at
 * @property {string} lease_until
 * @property {string | null} stopped_at
 * @property {number | null} clock_ahead_ms of the database's
 * @property {string[]} actions
 *
 * @typedef {{ minute: string, queue: string, submitted: number, succeeded: number, failed: number, other: number }} Minute
 * @typedef {{ from: string, to: string, items: Minute[] }} Throughput
 *
 * @typedef {object} Operation
 * @property {string} id
 * @property {'RUNNING' | 'FINISHED' | 'STOPPED'} status
 * @property {number} matched
 * @property {boolean} more
 * @property {number} done
 * @property {number} changed
 * @property {number} refused
 *
 * @typedef {object} Rule of a policy
 * @property {string} risk_level
 * @property {string | null} action
 * @property {number | null} minimum_confidence
 * @property {string} statistic
 * @property {number | null} reject_below
 * @property {boolean} always_hold
 * @property {boolean} hold_irreversible
 * @property {number} approvals
 * @property {string[]} groups
 * @property {number | null} expires_after_seconds
 * @property {string} on_expiry
 * @property {'hold' | 'dry_run' | 'record'} effect
 * @property {boolean} dry_run
 * @property {number | null} [probe_rate]
 * @property {number} [probes_per_day]
 *
 * @typedef {{ version: number, created_at: string, created_by: string, reason: string, rules: Rule[] }} Policy
 *
 * @typedef {object} PolicyPreview
 * @property {number} waiting
 * @property {number} held
 * @property {number} rejected
 * @property {number} dry_run
 * @property {number} recorded
 * @property {number} held_now
 * @property {number} released
 *
 * @typedef {object} Token
 * @property {string} id
 * @property {string} name
 * @property {string[]} roles
 * @property {string[]} groups
 * @property {string} prefix
 * @property {'ACTIVE' | 'EXPIRED' | 'REVOKED'} status
 * @property {string} created_at
 * @property {string} created_by
 * @property {string} expires_at
 * @property {string | null} previous_secret_until
 * @property {string | null} last_used_at
 * @property {string | null} revoked_at
 *
 * @typedef {object} ReportParameter
 * @property {string} name
 * @property {'integer' | 'text'} type
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [max_length]
 * @property {number | string} default
 * @property {string} meaning
 *
 * @typedef {{ name: string, title: string, question: string, slow: string | null, parameters: ReportParameter[] }} Report
 * @typedef {{ name: string, type: 'text' | 'number' | 'boolean' | 'time' }} ReportColumn
 * @typedef {{ columns: ReportColumn[], rows: (string | number | boolean | null)[][], more: boolean }} ReportAnswer
 *
 * @typedef {{ status: TaskStatus, tasks: number, more: boolean }} StatusCount `more`: there may be more than that
 *
 * @typedef {object} Queue
 * @property {string} name
 * @property {number} pending
 * @property {number} scheduled
 * @property {number} blocked
 * @property {number} deferred
 * @property {number} in_progress
 * @property {number | null} next_waiting_seconds
 * @property {boolean} held
 *
 * @typedef {object} MetricsExtras
 * @property {Record<TaskStatus, number>} by_status
 * @property {Queue[]} queues
 * @property {{ name: string, running: number, limit: number }} node
 * @property {string} [auth] 'token', or 'none': nobody logs in
 * @property {'LIVE' | 'DRY_RUN' | 'LOCKED'} mode
 * @property {{ at_risk: number, breached_running: number, on_time_rate: number | null }} deadlines
 *
 * @typedef {Record<string, any> & MetricsExtras} Metrics
 *
 * @typedef {object} Mode
 * @property {'LIVE' | 'DRY_RUN' | 'LOCKED'} mode
 * @property {string | null} since
 * @property {string | null} until
 * @property {string | null} by
 * @property {boolean} verified whether a login vouches for `by`
 * @property {string | null} reason
 * @property {number} held_back
 *
 * @typedef {object} Me
 * @property {string} name
 * @property {string[]} roles
 * @property {string[]} groups
 * @property {boolean} login whether this server asks who somebody is
 * @property {boolean} verified
 *
 * @typedef {object} AuditEntry
 * @property {string} id
 * @property {string} at
 * @property {string} principal
 * @property {string} operation
 * @property {string} target
 * @property {string | null} reason
 * @property {'DONE' | 'REFUSED'} outcome
 * @property {string | null} origin_address null: the server itself
 * @property {string | null} origin_via likewise
 * @property {string | null} hash null while it is not chained
 * @property {Map<string, string>} raw ours: every member as the server wrote it
 *
 * @typedef {object} Change
 * @property {TaskStatus | null} from null: a new task
 * @property {TaskStatus} to
 * @property {string} queue
 * @property {string[]} ids may be fewer than `count`
 * @property {number} count
 *
 * @typedef {{ path?: string, value?: unknown, message: string }} FieldError
 */

export {};
