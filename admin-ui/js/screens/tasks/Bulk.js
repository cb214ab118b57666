// @ts-check
/** What can be done to the ticked tasks, or to all that match, and how far it is. */
import { useState } from '../../../vendor/hooks.module.js';
import { now } from '../../lib/clock.js';
import { html } from '../../lib/html.js';
import { count, counted } from '../../lib/format.js';
import { Act } from '../../ui/Act.js';
import { OperationProgress } from '../../ui/OperationProgress.js';
import { BulkDialog } from './BulkDialog.js';
import { inWords, narrows, operationFilter } from './filter.js';

/** @import { Filter } from './filter.js' */
/** @import { Ticks } from './ticks.js' */

/**
 * @param {{
 *   filter: Filter,
 *   zone: 'local' | 'utc',
 *   total: { tasks: number, more: boolean } | null,
 *   ticks: Ticks,
 *   shown: number,
 *   onePage: boolean,
 *   done: () => void,
 * }} props `onePage`: nothing matches that is not shown
 */
export function Bulk({ filter, zone, total, ticks, shown, onePage, done }) {
  const [asking, setAsking] = useState(/** @type {{ what: string, filter: Record<string, unknown> } | null} */ (null));
  const [running, setRunning] = useState(/** @type {{ id: string, what: string } | null} */ (null));
  const number = total ? `${count(total.tasks)}${total.more ? '+' : ''}` : '';
  const matching = narrows(filter) ? `all ${number} tasks that match ${inWords(filter)}` : `all ${number} tasks there are`;
  const one = ticks.ids.size > 0 && !ticks.all;
  const ask = () =>
    setAsking(
      one
        ? { what: counted(ticks.ids.size, 'ticked task'), filter: { ids: [...ticks.ids] } }
        : { what: matching.replaceAll('  ', ' '), filter: operationFilter(filter, now(), zone) },
    );
  return html`
    ${ticks.ids.size > 0 &&
    html`
      <span role="status">
        ${ticks.all ? html`<b>All ${number} that match are chosen.</b>` : html`<b>${count(ticks.ids.size)} ticked.</b>`}
        ${ticks.ids.size === shown && !ticks.all && !onePage && html` <button type="button" class="plain small" onClick=${ticks.takeAll}>Choose all ${number} that match</button>`}
      </span>
      <button type="button" class="small" onClick=${ticks.clear}>Untick</button>
    `}
    ${shown > 0 &&
    html`<${Act} role="OPERATOR" class=${ticks.ids.size > 0 ? 'small primary' : 'small'} onClick=${ask}>
      ${one ? `Act on ${count(ticks.ids.size)} ticked…` : `Act on all ${number}…`}
    <//>`}
    ${running && html`<${OperationProgress} key=${running.id} id=${running.id} what=${running.what} done=${done} />`}
    ${asking &&
    html`<${BulkDialog}
      what=${asking.what}
      filter=${asking.filter}
      close=${() => setAsking(null)}
      started=${(/** @type {string} */ id, /** @type {string} */ what) => {
        setRunning({ id, what });
        ticks.clear();
      }}
    />`}
  `;
}
