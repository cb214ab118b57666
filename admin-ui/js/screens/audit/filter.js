// @ts-check
/** The filter of the audit and its form in the address. Pure. */
import { href } from '../../router.js';

/** @typedef {Record<'principal' | 'operation' | 'target' | 'from' | 'to' | 'cursor', string>} Filter */

const NARROWING = /** @type {const} */ (['principal', 'operation', 'target', 'from', 'to']);
const PAGE_SIZE = '50';

/**
 * @param {URLSearchParams} query
 * @returns {Filter}
 */
export function readFilter(query) {
  /** @param {string} name */
  const value = (name) => query.get(name) ?? '';
  return {
    principal: value('principal'),
    operation: value('operation'),
    target: value('target'),
    from: value('from'),
    to: value('to'),
    cursor: value('cursor'),
  };
}

/** @param {Partial<Filter>} filter */
export const auditHref = (filter) => href('/audit', filter);

/**
 * Another value begins at the newest again.
 * @param {Filter} filter
 * @param {Partial<Filter>} change
 */
export const changed = (filter, change) => ({ ...filter, cursor: '', ...change });

/** @param {Filter} filter */
export const narrows = (filter) => NARROWING.some((name) => filter[name] !== '');

/**
 * One page, as the API's query.
 * @param {Filter} filter
 */
export const apiQuery = (filter) => queryOf([...given(filter), ...cursorOf(filter), ['limit', PAGE_SIZE]]);

/**
 * All pages, as the query of the export.
 * @param {Filter} filter
 */
export const csvQuery = (filter) => queryOf(given(filter));

/**
 * `principal ana, operation task.retry`.
 * @param {Filter} filter
 */
export const inWords = (filter) =>
  given(filter)
    .map((pair) => pair.join(' '))
    .join(', ');

/**
 * @param {Filter} filter
 * @returns {[string, string][]}
 */
const given = (filter) => NARROWING.filter((name) => filter[name]).map((name) => [name, filter[name]]);

/**
 * @param {Filter} filter
 * @returns {[string, string][]}
 */
const cursorOf = ({ cursor }) => (cursor ? [['cursor', cursor]] : []);

/** @param {[string, string][]} pairs */
const queryOf = (pairs) => new URLSearchParams(pairs).toString();
