// @ts-check
import { html } from '../../lib/html.js';
import { Icon } from '../../ui/Icon.js';

/** @import { Word } from '../../lib/calibrationTypes.js' */

/** @type {Record<Word, { text: string, icon: string, tone: string }>} */
const WORDS = {
  NO_DATA: { text: 'No data', icon: 'circle', tone: 'queued' },
  INSUFFICIENT: { text: 'Insufficient', icon: 'clock', tone: 'queued' },
  OVERCONFIDENT: { text: 'Over-confident', icon: 'warning', tone: 'over' },
  UNDERCONFIDENT: { text: 'Under-confident', icon: 'retry', tone: 'under' },
  MISSHAPEN: { text: 'Misshapen', icon: 'warning', tone: 'over' },
  CALIBRATED: { text: 'Calibrated', icon: 'check', tone: 'succeeded' },
};

/** @param {{ verdict: { word: Word, gated: boolean } }} props */
export function VerdictWord({ verdict: { word, gated } }) {
  const { text, icon, tone } = WORDS[word];
  return html`<span class="outcome verdict-word tone-${tone}"><${Icon} name=${icon} />${gated && 'Gated, '}${gated ? text.toLowerCase() : text}</span>`;
}
