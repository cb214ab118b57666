// @ts-check
/** Tasks as a file: the export's address, and a file tried or taken in. */
import { request } from './api.js';

/**
 * @typedef {object} ImportedTask
 * @property {string} path where it stands in the file
 * @property {string | null} id of the file
 * @property {string | null} task_id here
 * @property {'kept' | 'restored' | 'resumable' | 'refused'} verdict
 * @property {string | null} status
 * @property {string | null} note
 * @property {{ path: string, value: string | null, message: string }[]} errors
 *
 * @typedef {object} ImportReport
 * @property {boolean} dry_run
 * @property {string} source
 * @property {number} read
 * @property {ImportedTask[]} tasks
 * @property {Record<'kept' | 'restored' | 'resumable' | 'refused', number>} totals
 * @property {string | null} stopped why not all of the file was taken in
 */

const EXPORTED_BY = /** @type {const} */ (['status', 'action', 'queue', 'workflow_id']);
/** A file may hold millions of tasks. */
const IMPORT_TIMEOUT_MS = 3_600_000;

/** @param {Record<'status' | 'action' | 'queue' | 'workflow_id', string>} filter */
export function exportHref(filter) {
  const given = EXPORTED_BY.filter((name) => filter[name]).map((name) => [name, filter[name]]);
  const query = new URLSearchParams(given).toString();
  return `/api/v1/queue-state${query && `?${query}`}`;
}

/**
 * @param {File} file sent as it is
 * @param {boolean} dryRun
 * @param {AbortSignal} [signal]
 * @returns {Promise<ImportReport>}
 */
export async function importFile(file, dryRun, signal) {
  const options = { method: 'POST', body: file, headers: { 'content-type': 'application/json' }, timeoutMs: IMPORT_TIMEOUT_MS, signal };
  return JSON.parse(await request(`/queue-state?dry_run=${dryRun}`, options));
}
