// @ts-check
/** Which outcomes the screen is about, in the address. Pure. */
import { href } from '../../router.js';

/** @typedef {Record<'action' | 'risk' | 'from' | 'to' | 'path' | 'basis' | 'every' | 't', string>} Filter `every` and `t` are of one chart each */

const NARROWING = /** @type {const} */ (['action', 'risk', 'from', 'to', 'path']);

/**
 * @param {URLSearchParams} query
 * @returns {Filter}
 */
export function readFilter(query) {
  /** @param {string} name */
  const value = (name) => query.get(name) ?? '';
  return {
    action: value('action'),
    risk: value('risk').toUpperCase(),
    from: value('from'),
    to: value('to'),
    path: value('path').toUpperCase(),
    basis: value('basis').toUpperCase(),
    every: value('every').toUpperCase(),
    t: value('t'),
  };
}

/** @param {Partial<Filter>} filter */
export const calibrationHref = (filter) => href('/calibration', filter);

/** @param {number | string} version */
export const mapHref = (version) => href(`/calibration/maps/${encodeURIComponent(version)}`);

/** @param {Filter} filter */
export const narrows = (filter) => NARROWING.some((name) => filter[name] !== '');

/**
 * The filter as the API's query; what is left out has the server's meaning.
 * @param {Partial<Filter>} filter
 * @param {Record<string, string>} change
 */
export function apiQuery({ t, every, ...outcomes }, change = {}) {
  const given = Object.entries({ ...outcomes, ...change }).filter(([, value]) => value);
  return new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
}
