// @ts-check
/** The nine statuses: how each looks (colour, shape, word) and what it means. Names are the API's. */

/** @import { TaskRow, TaskStatus } from './types.js' */

/**
 * @typedef {object} StatusLook
 * @property {TaskStatus} name
 * @property {string} tone a class of status.css
 * @property {string} icon a shape of ui/Icon.js
 * @property {boolean} ended
 * @property {string} meaning
 */

/** In the order of a task's life. @type {StatusLook[]} */
export const STATUSES = [
  { name: 'PENDING', tone: 'queued', icon: 'circle', ended: false, meaning: 'ready, may be claimed by any node' },
  { name: 'SCHEDULED', tone: 'queued', icon: 'clock', ended: false, meaning: 'waits for a time' },
  { name: 'BLOCKED', tone: 'queued', icon: 'lock', ended: false, meaning: 'waits for something else, see the reason' },
  { name: 'DEFERRED', tone: 'approval', icon: 'shield', ended: false, meaning: 'held by the gate for a person' },
  { name: 'IN_PROGRESS', tone: 'running', icon: 'play', ended: false, meaning: 'an attempt is running' },
  { name: 'COMPLETED', tone: 'succeeded', icon: 'check', ended: true, meaning: 'ended well' },
  { name: 'FAILED', tone: 'failed', icon: 'cross', ended: true, meaning: 'ended with an error' },
  { name: 'SKIPPED', tone: 'cancelled', icon: 'skip', ended: true, meaning: 'ended without being run' },
  { name: 'CANCELLED', tone: 'cancelled', icon: 'ban', ended: true, meaning: 'ended by a request' },
];

/** @type {StatusLook} */
const RETRYING = { name: 'SCHEDULED', tone: 'retrying', icon: 'retry', ended: false, meaning: 'waits for its next attempt' };

/** A status of a newer server. @type {Omit<StatusLook, 'name'>} */
const UNKNOWN = { tone: 'queued', icon: 'circle', ended: false, meaning: 'not known to this page' };

const LOOKS = new Map(STATUSES.map((look) => [look.name, look]));

/**
 * @param {Pick<TaskRow, 'status' | 'attempt_count'>} task
 * @returns {StatusLook}
 */
export function lookOf({ status, attempt_count }) {
  if (status === 'SCHEDULED' && attempt_count > 0) return RETRYING;
  return LOOKS.get(status) ?? { name: status, ...UNKNOWN };
}

/** @param {TaskStatus} status */
export const hasEnded = (status) => LOOKS.get(status)?.ended ?? false;

/**
 * The tone of an attempt: by its outcome, running while it has none.
 * @param {string | null} outcome
 */
export function toneOfOutcome(outcome) {
  if (outcome === null) return 'running';
  if (outcome === 'SUCCEEDED' || outcome === 'DRY_RUN') return 'succeeded';
  if (outcome === 'FAILED' || outcome === 'TIMEOUT' || outcome === 'LOST') return 'failed';
  return 'cancelled';
}

export const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'BACKGROUND'];
export const RISK_LEVELS = ['LOW', 'MEDIUM', 'HIGH'];
