// @ts-check
/** Times as the control of a form holds them, in the reader's zone: `2026-12-31T09:00:05`, `2026-12-31T09:00`. Pure. */

/** @typedef {'local' | 'utc'} Zone */

/**
 * @param {string | null} at RFC 3339
 * @param {Zone} zone
 */
export function zonedText(at, zone) {
  if (!at) return '';
  const time = Date.parse(at);
  const offset = zone === 'utc' ? 0 : -new Date(time).getTimezoneOffset();
  return new Date(time + offset * 60_000).toISOString().slice(0, 19).replace(/(T..:..):00$/, '$1');
}

/**
 * RFC 3339 in UTC; null when it is no time.
 * @param {string} text
 * @param {Zone} zone
 */
export function instantOf(text, zone) {
  const time = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

/** @param {Zone} zone */
export const zoneName = (zone) => (zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone);
