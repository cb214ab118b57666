// @ts-check
/** Values as words. Pure: what is now, and which zone, comes in. Absent is –, never blank. */

export const ABSENT = '–';

const grouped = new Intl.NumberFormat('en');

/** @param {number} value */
export const count = (value) => grouped.format(value);

/**
 * `1 task`, `1,204 tasks`.
 * @param {number} value
 * @param {string} noun
 * @param {string} many
 */
export const counted = (value, noun, many = `${noun}s`) => `${count(value)} ${value === 1 ? noun : many}`;

/** @param {number} ratio */
export const percent = (ratio) => `${(ratio * 100).toFixed(1)}%`;

/**
 * A name of the API as words: `IN_PROGRESS` and `in_progress` become `In progress`.
 * @param {string} name
 */
export function words(name) {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * `850 ms`, `4.64 s`, `58.2 s`, `1m 02s`, `3h 07m`, `2d 04h`.
 * @param {number | null} seconds
 */
export function duration(seconds) {
  if (seconds === null) return ABSENT;
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return coarse(Math.round(seconds));
}

/**
 * A span that still grows, in whole seconds so that it ticks evenly: `4 s`, `1m 02s`.
 * @param {number} seconds
 */
export const growing = (seconds) => (seconds < 60 ? `${Math.floor(seconds)} s` : coarse(Math.floor(seconds)));

/**
 * `now`, `42s ago`, `in 3m`.
 * @param {number} time
 * @param {number} now
 */
export function relative(time, now) {
  const seconds = Math.round((now - time) / 1000);
  if (seconds === 0) return 'now';
  return seconds > 0 ? `${largestUnit(seconds)} ago` : `in ${largestUnit(-seconds)}`;
}

/**
 * The exact time, with its zone: `2025-11-22 14:03:12.345 UTC` or `… +01:00`.
 * @param {number} time
 * @param {'local' | 'utc'} zone
 */
export function absolute(time, zone) {
  const offset = zone === 'utc' ? 0 : -new Date(time).getTimezoneOffset();
  const shifted = new Date(time + offset * 60_000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 23)} ${zone === 'utc' ? 'UTC' : offsetText(offset)}`;
}

/**
 * Seconds from one time to another, null while either is unknown.
 * @param {string | null} from
 * @param {string | null} to
 */
export function secondsBetween(from, to) {
  return from && to ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : null;
}

/** @param {number} seconds whole */
function coarse(seconds) {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 60) return `${minutes}m ${pad(seconds % 60)}s`;
  if (hours < 24) return `${hours}h ${pad(minutes % 60)}m`;
  const days = `${Math.floor(hours / 24)}d`;
  return hours % 24 === 0 ? days : `${days} ${pad(hours % 24)}h`;
}

/** @param {number} seconds */
function largestUnit(seconds) {
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** @param {number} minutes */
function offsetText(minutes) {
  const distance = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(distance / 60))}:${pad(distance % 60)}`;
}

/** @param {number} value */
const pad = (value) => String(value).padStart(2, '0');
