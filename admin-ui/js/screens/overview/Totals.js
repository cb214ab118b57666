// @ts-check
import { html } from '../../lib/html.js';
import { count, percent, words } from '../../lib/format.js';
import { Fold } from '../../ui/Fold.js';

/** @import { Metrics } from '../../lib/types.js' */

/** The ten numbers, in pairs: what ever happened beside what is now. */
const NAMES = [
  ['total_tasks', 'active_tasks'],
  ['total_executed', 'pending_tasks'],
  ['total_succeeded', 'completed_tasks'],
  ['total_failed', 'failed_tasks'],
  ['total_deferred', 'success_rate'],
].flat();

/** @param {{ metrics: Metrics }} props */
export const Totals = ({ metrics }) => html`
  <${Fold} title="Totals" class="totals" summary=${`success rate ${value(metrics, 'success_rate')}`}>
    <dl>
      ${NAMES.map((name) => html`<div key=${name}><dt>${words(name)}</dt><dd>${value(metrics, name)}</dd></div>`)}
    </dl>
  <//>
`;

/**
 * @param {Metrics} metrics
 * @param {string} name
 */
function value(metrics, name) {
  if (name !== 'success_rate') return count(metrics[name]);
  return metrics.total_executed > 0 ? percent(metrics.success_rate) : '–';
}
