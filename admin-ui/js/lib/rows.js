// @ts-check
/** The rows under the reader's eyes: they change in place, and never move, come or go by themselves. Pure. */

/** @import { Change, TaskRow } from './types.js' */

/**
 * Each shown row as the newer page has it, and how many rows of that page are not shown yet.
 * @param {TaskRow[]} shown
 * @param {TaskRow[]} newer
 */
export function mergeRows(shown, newer) {
  const byId = new Map(newer.map((row) => [row.id, row]));
  const rows = shown.map((row) => byId.get(row.id) ?? row);
  const known = new Set(shown.map(({ id }) => id));
  return { rows, unseen: newer.filter(({ id }) => !known.has(id)).length };
}

/**
 * The rows with the statuses the stream told; the other columns follow with the next fetch.
 * @param {TaskRow[]} rows
 * @param {Change[]} changes oldest first
 */
export function applyChanges(rows, changes) {
  const latest = new Map(changes.flatMap(({ ids, to }) => ids.map((id) => [id, to])));
  if (!rows.some(({ id }) => latest.has(id))) return rows;
  return rows.map((row) => {
    const status = latest.get(row.id) ?? row.status;
    return status === row.status ? row : { ...row, status, partial: true };
  });
}
