// @ts-check
/** What may be done to a task as it stands, and why the rest may not: the page says so before, the server decides. Pure. */

/** @import { Task, TaskStatus } from './types.js' */

/** @typedef {Record<'cancel' | 'retry' | 'edit' | 'decide', string | null>} Obstacles null: nothing stands against it */

/** @type {TaskStatus[]} */
const REVIVABLE = ['FAILED', 'SKIPPED', 'CANCELLED'];

/** @type {TaskStatus[]} */
const WAITING = ['BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED'];

/**
 * @param {Pick<Task, 'status'>} task
 * @returns {Obstacles}
 */
export function obstacles({ status }) {
  const waits = WAITING.includes(status);
  const runs = status === 'IN_PROGRESS';
  const ended = `it has ended ${status}.`;
  return {
    cancel: waits || runs ? null : ended,
    retry: REVIVABLE.includes(status) ? null : status === 'COMPLETED' ? 'it is COMPLETED, and such work never runs again.' : 'it has not ended.',
    edit: waits ? null : runs ? 'it runs; only what waits can be changed.' : ended,
    decide: status === 'DEFERRED' ? null : 'the gate does not hold it.',
  };
}
