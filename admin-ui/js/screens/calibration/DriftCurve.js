// @ts-check
import { useMemo } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { count } from '../../lib/format.js';
import { rate } from '../../lib/rates.js';
import { Chart } from '../../ui/Chart.js';
import { Figure } from './Figure.js';
import { driftOption } from './driftOption.js';

/** @import { DriftSeries } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */

/** How the sums that tell of drift came to be. @param {{ series: Resource<DriftSeries> & { stale: boolean, refresh: () => void } }} props */
export const DriftCurve = ({ series }) => html`
  <${Figure}
    title="Drift day by day"
    resource=${series}
    draw=${(/** @type {DriftSeries} */ data) => html`<${Curve} data=${data} />`}
    twin=${(/** @type {DriftSeries} */ { items }) => ({
      head: [{ name: 'To' }, { name: 'Outcomes', number: true }, { name: 'Less came true', number: true }, { name: 'More came true', number: true }],
      rows: items.map(({ day, n, up, down }) => [day, count(n), rate(down, 2), rate(up, 2)]),
    })}
  />
`;

/** @param {{ data: DriftSeries }} props */
function Curve({ data }) {
  const option = useMemo(() => driftOption(data), [JSON.stringify(data)]);
  const { items, action, map_version, since, limit } = data;
  const begins = map_version === null ? `without a map, from ${since} on` : `since map ${map_version} came into force on ${since}`;
  if (items.length === 0) return html`<p class="panel-note">Nothing to add up yet for ${action ?? 'all actions'}, ${begins}: whole days count, or fifty outcomes where few come.</p>`;
  const last = items[items.length - 1];
  return html`
    <${Chart}
      class="chart-drift"
      label=${`Sums of drift of ${action ?? 'all actions'}, ${begins}; at ${last.day} less came true ${rate(last.down, 1)}, more ${rate(last.up, 1)}, an alarm is above ${rate(limit, 1)}.`}
      option=${option}
    />
    <p class="panel-note">Of ${action ?? 'all actions'}, ${begins}. Each map begins at 0.</p>
  `;
}
