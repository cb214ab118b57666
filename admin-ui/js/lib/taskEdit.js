// @ts-check
/** An edit of a task: what was changed, and the body that says so. Numbers go out as they are written. Pure. */
import { parsed } from './submission.js';
import { instantOf } from './zoned.js';

/** @typedef {Record<'priority' | 'run_at' | 'confidence_score' | 'max_attempts' | 'description' | 'action_params', string>} Edited */

/**
 * @param {Edited} seen
 * @param {Edited} left
 * @returns {Map<keyof Edited, string>}
 */
export const changesOf = (seen, left) =>
  new Map(/** @type {(keyof Edited)[]} */ (Object.keys(left)).filter((name) => left[name] !== seen[name]).map((name) => [name, left[name].trim()]));

/**
 * What would make the body unreadable. All other judgement is the server's.
 * @param {Map<keyof Edited, string>} changes
 * @returns {Partial<Edited>}
 */
export function editFaults(changes) {
  /** @type {Partial<Edited>} */
  const faults = {};
  const params = changes.get('action_params');
  if (params !== undefined && parsed(params).fault) faults.action_params = `This is not JSON: ${parsed(params).fault}`;
  for (const name of /** @type {const} */ (['confidence_score', 'max_attempts'])) {
    const text = changes.get(name);
    if (text && typeof parsed(text).value !== 'number') faults[name] = 'This is a number.';
  }
  if (changes.get('max_attempts') === '') faults.max_attempts = 'Say how many.';
  return faults;
}

/**
 * @param {number} version
 * @param {string} reason
 * @param {Map<keyof Edited, string>} changes
 * @param {'local' | 'utc'} zone
 */
export function editBody(version, reason, changes, zone) {
  const members = [...changes].map(([name, text]) => `"${name}":${written(name, text, zone)}`);
  return `{"version":${version},"reason":${JSON.stringify(reason)},${members.join(',')}}`;
}

/**
 * @param {keyof Edited} name
 * @param {string} text
 * @param {'local' | 'utc'} zone
 */
function written(name, text, zone) {
  if (text === '') return name === 'action_params' ? '{}' : 'null';
  if (name === 'run_at') return JSON.stringify(instantOf(text, zone));
  return name === 'priority' || name === 'description' ? JSON.stringify(text) : text;
}
