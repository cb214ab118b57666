// @ts-check
import { useMemo } from '../../../vendor/hooks.module.js';
import { calibrationCsv } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, percent } from '../../lib/format.js';
import { between, rate } from '../../lib/rates.js';
import { Chart } from '../../ui/Chart.js';
import { Figure } from './Figure.js';
import { coverageOption } from './coverageOption.js';

/** @import { Coverage, CoverageBin } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */

/** What never ran, and how far that could move the rates. @param {{ coverage: Resource<Coverage> & { stale: boolean, refresh: () => void }, query: string }} props */
export const CoveragePanel = ({ coverage, query }) => html`
  <${Figure}
    title="What never ran, and what it could hide"
    resource=${coverage}
    csv=${calibrationCsv('coverage', query)}
    draw=${(/** @type {Coverage} */ data) => html`<${Bounds} data=${data} />`}
    twin=${(/** @type {Coverage} */ data) => twin(data.coverage)}
  />
`;

/** @param {{ data: Coverage }} props */
function Bounds({ data: { coverage } }) {
  const bins = coverage.filter(({ bin }) => bin >= 0);
  const told = JSON.stringify(bins);
  const option = useMemo(() => coverageOption(bins), [told]);
  const submitted = bins.reduce((sum, bin) => sum + bin.submitted, 0);
  const ended = bins.reduce((sum, bin) => sum + executed(bin), 0);
  if (submitted === 0) return html`<p class="panel-note">Nothing with a confidence was submitted in these days.</p>`;
  return html`
    <${Chart} class="chart-gaps" label=${`Of ${count(submitted)} tasks ${percent(ended / submitted)} came to an outcome; by bin, the rate of these, and the bounds if all others had failed or succeeded.`} option=${option} />
    <p class="key key-lines">
      <span><span class="mark mark-point"></span>rate of what ran, 95% interval</span>
      <span><span class="mark mark-band"></span>between all others failed, and all succeeded</span>
      <span>${count(submitted)} submitted → ${count(ended)} with an outcome (${percent(ended / submitted)})</span>
    </p>
  `;
}

/** @param {CoverageBin[]} bins */
const twin = (bins) => ({
  head: [
    { name: 'Bin' },
    ...['Submitted', 'Auto', 'Probe', 'Human', 'Held', 'Waiting', 'Rejected', 'Skipped', 'Cancelled', 'Rate'].map((name) => ({ name, number: true })),
    { name: '95% interval' },
    { name: 'Bounds' },
    { name: 'Why not' },
  ],
  rows: bins.map((bin) => [
    bin.label,
    ...[bin.submitted, bin.auto, bin.probe, bin.human, bin.deferred, bin.pending, bin.rejected, bin.skipped, bin.cancelled].map(count),
    rate(bin.observed_rate, 3),
    between(bin.wilson_low, bin.wilson_high),
    between(bin.bound_low, bin.bound_high),
    bin.reason,
  ]),
});

/** @param {CoverageBin} bin */
const executed = ({ auto, probe, human }) => auto + probe + human;
