// @ts-check
import { html } from '../../lib/html.js';
import { count, counted } from '../../lib/format.js';
import { rate, signed } from '../../lib/rates.js';
import { Icon } from '../../ui/Icon.js';
import { Meter } from '../../ui/Meter.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { Age } from '../../ui/Time.js';
import { mapHref } from './filter.js';

/** @import { Drift } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */

/** Whether the maps in force still hold. @param {{ drift: Resource<Drift[]> & { refresh: () => void } }} props */
export const DriftPanel = ({ drift: { data, error, refresh } }) => html`
  <section class="panel" aria-label="Drift">
    <div class="panel-head">
      <h2>Drift</h2>
      <span class="quiet">${data?.[0] ? html`looked at <${Age} at=${data[0].computed_at} />, hourly` : 'looked at every hour, from whole days'}</span>
    </div>
    ${!data && (error ? html`<${Failure} what="The drift could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${2} />`)}
    ${data?.length === 0 && html`<p class="panel-note">Nothing to tell yet: it compares whole days of outcomes with the map in force, once there is one.</p>`}
    ${data &&
    data.length > 0 &&
    html`
      <div class="table-scroll" tabindex="0" role="region" aria-label="Table of drift">
        <table>
          <thead>
            <tr>
              <th>Of</th><th>State</th><th>Map</th><th class="number">Outcomes</th><th>More came true ↑</th><th>Less came true ↓</th><th class="number">Alarm above</th><th>Mix (PSI)</th>
            </tr>
          </thead>
          <tbody>${data.map((item) => html`<${Row} key=${item.action ?? ''} item=${item} />`)}</tbody>
        </table>
      </div>
      <p class="panel-note">
        The sums add up standardised differences between what came true and what the map said, day by day, and forget small ones; they begin at 0 with each map.
      </p>
    `}
  </section>
`;

/** @param {{ item: Drift }} props */
const Row = ({ item }) => html`
  <tr>
    <td><bdi>${item.action ?? 'all actions'}</bdi></td>
    <td>
      ${item.alarm_since
        ? html`<span class="outcome tone-failed"><${Icon} name="warning" />Alarm since ${item.alarm_since}</span> <span class="quiet">${signed(item.shift)}</span>`
        : html`<span class="outcome tone-succeeded"><${Icon} name="check" />holds</span>`}
    </td>
    <td>${item.map_version === null ? html`<span class="quiet">none</span>` : html`<a href=${mapHref(item.map_version)}>${item.map_version}</a> <span class="quiet"><${Age} at=${item.map_published_at} />${item.map_stale && ', stale: lowers only'}</span>`}</td>
    <td class="number" title=${counted(item.batches, 'batch', 'batches')}>${count(item.n)}</td>
    <td><${Arm} value=${item.up} limit=${item.limit} /></td>
    <td><${Arm} value=${item.down} limit=${item.limit} /></td>
    <td class="number">${rate(item.limit, 1)}</td>
    <td>${item.psi === null ? html`<span class="quiet">– too few</span>` : html`${rate(item.psi, 3)} <span class="quiet">${MIX[item.mix ?? 'NONE']}</span>`}</td>
  </tr>
`;

const MIX = { NONE: 'as before', NOTE: 'has moved', WARN: 'has moved far' };

/** @param {{ value: number, limit: number }} props */
const Arm = ({ value, limit }) => html`<span class="gauge"><${Meter} value=${value} of=${limit} /><span>${rate(value, 1)}</span></span>`;
