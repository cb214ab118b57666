// @ts-check
import { useMemo } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { count, counted } from '../../lib/format.js';
import { pointsOf, totals } from '../../lib/throughput.js';
import { href } from '../../router.js';
import { Chart } from '../../ui/Chart.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { useZone } from '../../ui/Time.js';
import { throughputOption } from './throughputOption.js';

/** @import { Throughput } from '../../lib/types.js' */

/** @param {{ hour: Throughput | null, error: Error | null, retry: () => void }} props */
export function ThroughputPanel({ hour, error, retry }) {
  return html`
    <section class="panel throughput">
      <div class="panel-head">
        <h2>Submitted and ended, last 60 minutes</h2>
        <a href=${href('/reports/throughput-by-minute')}>As a table</a>
      </div>
      ${hour && html`<${Curves} hour=${hour} />`}
      ${!hour && error && html`<${Failure} what="The curve could not be loaded." error=${error} retry=${retry} />`}
      ${!hour && !error && html`<${Loading} lines=${4} />`}
    </section>
  `;
}

/** @param {{ hour: Throughput }} props */
function Curves({ hour }) {
  const zone = useZone();
  // drawn anew only when a number changed
  const told = JSON.stringify(hour);
  const points = useMemo(() => pointsOf(hour, null), [told]);
  const option = useMemo(() => throughputOption(points, zone), [points, zone]);
  const { submitted, succeeded, failed, other } = totals(points);
  if (submitted + succeeded + failed + other === 0) {
    return html`
      <p class="panel-note">
        Nothing was submitted and no attempt has ended in the last hour; both show here by the minute.${' '}
        <a href=${href('/submit', { action: 'echo', params: '{"value": "Hello"}' })}>Submit a task</a>
      </p>
    `;
  }
  return html`
    <p class="key">
      <span title="Tasks"><span class="key-submitted"></span>${count(submitted)} submitted</span>
      <span><span class="key-well"></span>${count(succeeded)} succeeded</span>
      <span><span class="key-failed"></span>${count(failed)} failed</span>
      ${other > 0 && html`<span title="Dry runs, cancelled, lost"><span class="key-other"></span>${count(other)} other</span>`}
    </p>
    <${Chart} label=${`${counted(submitted, 'task')} submitted, ${counted(succeeded, 'attempt')} succeeded and ${count(failed)} failed in the last hour.`} option=${option} />
  `;
}
