// @ts-check
/** Where the reader left the list to open a task: the rows as they were, and the one opened. Kept for the way back. */

/** @import { TaskRow } from '../../lib/types.js' */

/** @typedef {{ key: string, rows: TaskRow[] | null, unseen: number, fresh: Set<string> }} SteadyRows `fresh`: came last */

let opened = '';
/** @type {SteadyRows | null} */
let rows = null;

/** @param {string} id */
export function open(id) {
  opened = id;
}

/** @param {SteadyRows} shown */
export function keepRows(shown) {
  rows = shown;
}

/**
 * The rows as they were left, if a task of this list was opened.
 * @param {string} key
 */
export const rowsLeft = (key) => (opened !== '' && rows?.key === key ? rows : null);

/** The task that was opened; asking forgets it. */
export function takeOpened() {
  const id = opened;
  opened = '';
  return id;
}
