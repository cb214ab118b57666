// @ts-check
import { html } from '../lib/html.js';
import { words } from '../lib/format.js';
import { lookOf, toneOfOutcome } from '../lib/status.js';
import { Icon } from './Icon.js';

/** @import { TaskRow } from '../lib/types.js' */

/**
 * A status as colour, shape and word.
 * @param {{ task: Pick<TaskRow, 'status' | 'attempt_count'> }} props
 */
export function Status({ task }) {
  const { name, tone, icon, meaning } = lookOf(task);
  return html`<span class="status tone-${tone}" title=${`${name}: ${meaning}`}><${Icon} name=${icon} />${words(name)}</span>`;
}

/** @type {Record<string, string>} */
const OUTCOME_ICONS = { succeeded: 'check', failed: 'cross', cancelled: 'ban', running: 'play' };

/** @param {{ outcome: string | null }} props */
export function Outcome({ outcome }) {
  const tone = toneOfOutcome(outcome);
  return html`<span class="outcome tone-${tone}"><${Icon} name=${OUTCOME_ICONS[tone]} />${words(outcome ?? 'RUNNING')}</span>`;
}
