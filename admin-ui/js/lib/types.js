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
 * @property {string | null} run_at
 * @property {string | null} started_at
 * @property {string | null} completed_at
 * @property {string | null} error
 * @property {boolean} dry_run
 * @property {boolean} [partial] ours: the status is newer than the other members
 *
 * @typedef {object} TaskExtras
 * @property {string | null} created_by
 * @property {{ fraction: number, message: string | null } | null} progress
 * @property {string | null} reasoning
 * @property {string[] | null} alternatives
 * @property {boolean | null} reversible
 * @property {string | null} undo
 * @property {string | null} payload_digest of what would run, while the gate holds it
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
 * @typedef {object} Evidence of a task that the gate holds, as far as it is shown
 * @property {{ reason: string | null, policy_version: number, groups: string[] }} decision
 * @property {{ given: number, needed: number }} approvals
 * @property {string | null} expires_at
 * @property {{ by: string, verdict: string, reason: string, payload_digest: string }[]} said
 * @property {{ id: string, action_name: string, description: string | null }[]} dependents the first of them
 * @property {Record<string, number>} outcomes_30_days
 * @property {string | undefined} plan as the server wrote it
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
