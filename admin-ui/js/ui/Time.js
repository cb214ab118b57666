// @ts-check
import { html } from '../lib/html.js';
import { useNow } from '../lib/clock.js';
import { ABSENT, absolute, duration, growing, relative, secondsBetween } from '../lib/format.js';
import { usePreference } from '../lib/preferences.js';

/** @returns {'local' | 'utc'} */
export const useZone = () => (usePreference('zone', 'local')[0] === 'utc' ? 'utc' : 'local');

/**
 * `42s ago`; the exact time on hover.
 * @param {{ at: string | null }} props
 */
export function Age({ at }) {
  const now = useNow();
  const zone = useZone();
  if (!at) return ABSENT;
  const time = Date.parse(at);
  return html`<time datetime=${at} title=${absolute(time, zone)}>${relative(time, now)}</time>`;
}

/**
 * The exact time and its age.
 * @param {{ at: string | null }} props
 */
export function Moment({ at }) {
  const now = useNow();
  const zone = useZone();
  if (!at) return ABSENT;
  const time = Date.parse(at);
  return html`<time datetime=${at}>${absolute(time, zone)}</time> <span class="quiet nowrap">${relative(time, now)}</span>`;
}

/**
 * A span; it goes on while its end is not known.
 * @param {{ from: string | null, to: string | null }} props
 */
export function Elapsed({ from, to }) {
  return from && !to ? html`<${Growing} from=${from} />` : duration(secondsBetween(from, to));
}

/** @param {{ from: string }} props */
const Growing = ({ from }) => growing(Math.max(0, useNow() - Date.parse(from)) / 1000);
