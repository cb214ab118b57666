// @ts-check
import { html } from '../lib/html.js';
import { count } from '../lib/format.js';
import { live, useLive } from '../lib/live.js';

/** @import { LiveState } from '../lib/live.js' */

/** @type {Record<LiveState, [word: string, meaning: string]>} */
const WORDS = {
  connecting: ['Connecting', 'Opening the live stream'],
  live: ['Live', 'Changes show by themselves'],
  reconnecting: ['Reconnecting', 'The live stream broke off; what you see may be old'],
  paused: ['Paused', 'Nothing changes until you resume'],
  asleep: ['Asleep', 'The tab is hidden; it catches up when you come back'],
};

/**
 * Says whether the page follows the server, and lets the reader hold it.
 * @param {{ failing: boolean }} props `failing`: plain requests fail, whatever the stream seems to be
 */
export function LiveControl({ failing }) {
  const { state, held } = useLive();
  const honest = state === 'live' && failing ? 'reconnecting' : state;
  const [word, meaning] = WORDS[honest];
  const paused = state === 'paused';
  return html`
    <div class="live">
      <span class="live-state" role="status" title=${meaning}><span class="live-dot live-${honest}"></span>${word}</span>
      ${held > 0 && html`<span class="quiet">${count(held)} held</span>`}
      <button type="button" onClick=${() => live.togglePause()} title="Shortcut: p">${paused ? 'Resume' : 'Pause'}</button>
    </div>
  `;
}
