// @ts-check
/** What the API tells and takes about the gate: held tasks, what people decide about them, and the policy. */
import { ApiError, getJson, request, send } from './api.js';
import { rawMembers } from './json.js';

/** @import { Decision, Evidence, PendingApproval, Policy, PolicyPreview, Rule, Said, Task } from './types.js' */

const MOST_SHOWN = 100;

/**
 * The most urgent tasks that wait for people.
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: PendingApproval[], next: string | null }>}
 */
export const fetchApprovals = (signal) => getJson(`/approvals?limit=${MOST_SHOWN}`, signal);

/**
 * Why the gate holds a task; null when it does not, or not any more.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Evidence | null>}
 */
export async function fetchEvidence(id, signal) {
  try {
    const text = await request(`/approvals/${encodeURIComponent(id)}`, { signal });
    const raw = rawMembers(text);
    return { ...JSON.parse(text), plan: raw.get('plan'), params: rawMembers(raw.get('task') ?? '{}').get('action_params') };
  } catch (refusal) {
    if (refusal instanceof ApiError && refusal.status === 404) return null;
    throw refusal;
  }
}

/**
 * What the gate and people said about a task, oldest first.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: Decision[], approvals: Said[] }>}
 */
export const fetchDecisions = (id, signal) => getJson(`/tasks/${encodeURIComponent(id)}/decisions`, signal);

/**
 * @param {string} id
 * @param {{ payload_digest: string | null, reason: string, dry_run?: boolean }} approval
 * @returns {Promise<Task>}
 */
export const approveTask = (id, approval) => send('POST', `/tasks/${encodeURIComponent(id)}/approve`, approval);

/**
 * @param {string} id
 * @param {{ payload_digest: string | null, reason: string }} rejection
 * @returns {Promise<Task>}
 */
export const rejectTask = (id, rejection) => send('POST', `/tasks/${encodeURIComponent(id)}/reject`, rejection);

/**
 * @param {string} id
 * @param {{ confidence_score: number, reason: string }} statement
 * @returns {Promise<Task>}
 */
export const stateConfidence = (id, statement) => send('POST', `/tasks/${encodeURIComponent(id)}/confidence`, statement);

/** @typedef {{ rules: Rule[] } | { preset: string }} Rules */

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Policy>}
 */
export const fetchPolicy = (signal) => getJson('/policy', signal);

/**
 * Newest first.
 * @param {string} before a version, or empty
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: Policy[], next: string | null }>}
 */
export const fetchPolicies = (before, signal) => getJson(`/policy/versions?limit=20${before && `&before=${before}`}`, signal);

/**
 * @param {Rules} rules
 * @param {AbortSignal} signal
 * @returns {Promise<PolicyPreview>}
 */
export const previewPolicy = (rules, signal) => send('POST', '/policy/preview', rules, signal);

/**
 * @param {Rules & { version: number, reason: string }} policy `version`: the one that is replaced
 * @returns {Promise<Policy>}
 */
export const putPolicy = (policy) => send('PUT', '/policy', policy);
