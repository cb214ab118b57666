// @ts-check
/** The filter of the task list and its form in the address. Pure. */
import { href } from '../../router.js';

/** @typedef {Record<'status' | 'action' | 'queue' | 'workflow_id' | 'priority' | 'risk' | 'cursor', string>} Filter */

const NARROWING = /** @type {const} */ (['status', 'action', 'queue', 'workflow_id', 'priority', 'risk']);
const PAGE_SIZE = '50';

/**
 * @param {URLSearchParams} query
 * @returns {Filter}
 */
export function readFilter(query) {
  /** @param {string} name */
  const value = (name) => query.get(name) ?? '';
  return {
    status: value('status').toUpperCase(),
    action: value('action'),
    queue: value('queue'),
    workflow_id: value('workflow_id'),
    priority: value('priority').toUpperCase(),
    risk: value('risk').toUpperCase(),
    cursor: value('cursor'),
  };
}

/** @param {Partial<Filter>} filter */
export const listHref = (filter) => href('/tasks', filter);

/**
 * Another value begins at the first page again.
 * @param {Filter} filter
 * @param {Partial<Filter>} change
 */
export const changed = (filter, change) => ({ ...filter, cursor: '', ...change });

/** @param {Filter} filter */
export const narrows = (filter) => NARROWING.some((name) => filter[name] !== '');

/**
 * The filter as the API's query.
 * @param {Filter} filter
 */
export function apiQuery(filter) {
  const given = Object.entries(filter).filter(([, value]) => value);
  return new URLSearchParams([...given, ['limit', PAGE_SIZE]]).toString();
}

/**
 * `status Failed, queue mail`.
 * @param {Filter} filter
 */
export const inWords = (filter) =>
  NARROWING.filter((name) => filter[name])
    .map((name) => `${name.replace('_id', '')} ${filter[name]}`)
    .join(', ');
