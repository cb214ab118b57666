// @ts-check
/** The filter of the task list: its form in the address, as the API's query and as an operation's filter. Pure. */
import { href } from '../../router.js';
import { parseConfidence, parseCreated } from './spans.js';

/**
 * @typedef {'status' | 'action' | 'queue' | 'workflow_id' | 'priority' | 'risk' | 'confidence' | 'created' | 'created_by' | 'description'
 *   | 'error' | 'metadata'} FilterName
 */
/** @typedef {Record<FilterName | 'cursor', string>} Filter `confidence` and `created` as a person writes them: `<0.6`, `<1h` */

/** @type {FilterName[]} */
export const NARROWING = ['status', 'action', 'queue', 'workflow_id', 'priority', 'risk', 'confidence', 'created', 'created_by', 'description', 'error', 'metadata'];
const UPPER = ['status', 'priority', 'risk'];
const PAGE_SIZE = '50';

/** @type {Partial<Record<FilterName, string>>} */
const FIELDS = { action: 'action_name', risk: 'risk_level' };

/**
 * @param {URLSearchParams} query
 * @returns {Filter}
 */
export function readFilter(query) {
  /** @param {string} name */
  const value = (name) => (UPPER.includes(name) ? (query.get(name) ?? '').toUpperCase() : (query.get(name) ?? ''));
  return /** @type {Filter} */ (Object.fromEntries([...NARROWING, 'cursor'].map((name) => [name, value(name)])));
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

/** The filter as one word, whatever the time is. @param {Filter} filter */
export const keyOf = (filter) => JSON.stringify([...NARROWING, /** @type {const} */ ('cursor')].map((name) => filter[name]));

/**
 * The filter as the API's query for a page; spans of time are counted from now.
 * @param {Filter} filter
 * @param {number} now
 * @param {'local' | 'utc'} zone
 */
export const pageQuery = (filter, now, zone) => new URLSearchParams([...given(filter, now, zone), ['cursor', filter.cursor], ['limit', PAGE_SIZE]]).toString();

/**
 * The same for counts, which are of every status.
 * @param {Filter} filter
 * @param {number} now
 * @param {'local' | 'utc'} zone
 */
export const countQuery = (filter, now, zone) => new URLSearchParams(given({ ...filter, status: '' }, now, zone)).toString();

/**
 * The filter of an operation on all tasks that match.
 * @param {Filter} filter
 * @param {number} now
 * @param {'local' | 'utc'} zone
 * @returns {Record<string, string | number>}
 */
export const operationFilter = (filter, now, zone) =>
  Object.fromEntries(
    given(filter, now, zone).map(([name, value]) => [FIELDS[/** @type {FilterName} */ (name)] ?? name, name.startsWith('confidence_') ? Number(value) : value]),
  );

/**
 * @param {Filter} filter
 * @param {number} now
 * @param {'local' | 'utc'} zone
 * @returns {[string, string][]}
 */
function given(filter, now, zone) {
  const { confidence, created, cursor, ...plain } = filter;
  const spans = { ...(confidence && parseConfidence(confidence)), ...(created && parseCreated(created, now, zone)) };
  return Object.entries({ ...plain, ...spans }).filter(([, value]) => value !== '');
}

/**
 * `status Failed, queue mail`.
 * @param {Filter} filter
 */
export const inWords = (filter) =>
  NARROWING.filter((name) => filter[name])
    .map((name) => `${name.replace('_id', '').replace('_by', ' by')} ${filter[name]}`)
    .join(', ');
