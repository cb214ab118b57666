// @ts-check
import { useMemo } from '../../../vendor/hooks.module.js';
import { calibrationCsv } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, counted } from '../../lib/format.js';
import { LEAST, SOLID, between, rate, signed, spikesOf } from '../../lib/rates.js';
import { Chart } from '../../ui/Chart.js';
import { BinTasks, BinLink } from './BinTasks.js';
import { Figure } from './Figure.js';
import { KINDS, histogramOption } from './histogramOption.js';
import { gapOption } from './gapOption.js';
import { reliabilityOption } from './reliabilityOption.js';

/** @import { Bins, CalibrationMap, Coverage, InForce, Thresholds } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */
/** @import { Filter } from './filter.js' */

/**
 * @param {{
 *   bins: Resource<Bins> & { stale: boolean, refresh: () => void },
 *   map: CalibrationMap | null,
 *   levels: { raw: number[], calibrated: number[] },
 *   filter: Filter,
 *   query: string,
 * }} props
 */
export const Reliability = ({ bins, map, levels, filter, query }) => html`
  <${Figure}
    title="Stated, and what came true"
    class="reliability"
    resource=${bins}
    csv=${calibrationCsv('bins', query)}
    draw=${(/** @type {Bins} */ data) => html`<${Diagram} data=${data} map=${map} levels=${levels} filter=${filter} />`}
    twin=${(/** @type {Bins} */ data) => twin(data, filter)}
  />
`;

/** @param {{ data: Bins, map: CalibrationMap | null, levels: { raw: number[], calibrated: number[] }, filter: Filter }} props */
function Diagram({ data: { bins, n, basis }, map, levels, filter }) {
  const calibrated = basis === 'CALIBRATED';
  const told = JSON.stringify([bins, levels, calibrated, map?.version]);
  const option = useMemo(
    () =>
      reliabilityOption({
        bins,
        map: calibrated ? null : map,
        levels: calibrated ? { x: levels.calibrated, y: [] } : { x: levels.raw, y: levels.calibrated },
        calibrated,
      }),
    [told],
  );
  const known = bins.filter((bin) => bin.n >= LEAST);
  if (known.length === 0) return html`<p class="panel-note">${n === 0 ? 'There are no outcomes to draw.' : `${counted(n, 'outcome')}: no bin has the ${LEAST} that a point needs.`}</p>`;
  const over = known.filter(({ gap }) => (gap ?? 0) > 0).length;
  const hollow = known.some((bin) => bin.n < SOLID);
  return html`
    <${Chart} class="chart-square" label=${`Reliability diagram of ${counted(n, 'outcome')}: in ${over} of ${counted(known.length, 'bin')} less came true than was stated.`} option=${option} />
    <p class="key key-lines">
      <span><span class="mark mark-point ${calibrated ? 'mark-second' : ''}"></span>rate of a bin, 95% interval${hollow && ' (hollow: fewer than 30)'}</span>
      <span><span class="mark mark-band"></span>where right claims would be</span>
      ${!calibrated && map && html`<span><span class="mark mark-dashed"></span>map ${map.version} in force, dotted: at least (80%)</span>`}
      ${calibrated && levels.raw.length > 0 && html`<span>the policy compares what is stated (${levels.raw.map((level) => rate(level)).join(', ')}), which is not on this axis</span>`}
      ${!calibrated && !map && html`<span>no map in force</span>`}
    </p>
    ${!calibrated && html`<${BinTasks} bins=${bins} filter=${filter} />`}
  `;
}

/**
 * @param {Bins} data
 * @param {Filter} filter
 */
const twin = ({ bins, basis }, filter) => ({
  head: [
    { name: 'Bin' },
    { name: 'Outcomes', number: true },
    { name: 'Successes', number: true },
    { name: 'Stated', number: true },
    { name: 'Came true', number: true },
    { name: '95% interval' },
    { name: 'Gap', number: true },
    { name: 'Right claims' },
    { name: 'Why not' },
  ],
  rows: bins.map((bin) => [
    basis === 'RAW' ? html`<${BinLink} bin=${bin} filter=${filter} />` : bin.label,
    count(bin.n),
    count(bin.successes),
    rate(bin.mean_confidence, 3),
    rate(bin.observed_rate, 3),
    between(bin.wilson_low, bin.wilson_high),
    signed(bin.gap, 3),
    between(bin.consistency_low, bin.consistency_high),
    bin.reason,
  ]),
});

/**
 * @param {{ coverage: Resource<Coverage> & { stale: boolean, refresh: () => void }, thresholds: Thresholds | null, query: string }} props
 */
export const Histogram = ({ coverage, thresholds, query }) => html`
  <${Figure}
    title="How often each confidence was stated"
    resource=${coverage}
    csv=${calibrationCsv('coverage', query)}
    draw=${(/** @type {Coverage} */ data) => html`<${Bars} data=${data} thresholds=${thresholds} />`}
    twin=${(/** @type {Coverage} */ data) => ({
      head: [{ name: 'Bin' }, { name: 'Submitted', number: true }, ...KINDS.map(({ name }) => ({ name, number: true }))],
      rows: data.coverage.filter(({ bin }) => bin >= 0).map((bin) => [bin.label, count(bin.submitted), ...KINDS.map(({ of }) => count(of(bin)))]),
    })}
  />
`;

/** @param {{ data: Coverage, thresholds: Thresholds | null }} props */
function Bars({ data: { coverage }, thresholds }) {
  const bins = coverage.filter(({ bin }) => bin >= 0);
  const told = JSON.stringify(bins);
  const option = useMemo(() => histogramOption(bins), [told]);
  const without = coverage.find(({ bin }) => bin < 0)?.submitted ?? 0;
  const all = bins.reduce((sum, bin) => sum + bin.submitted, 0);
  const spikes = thresholds ? spikesOf(thresholds.thresholds) : [];
  if (all === 0) return html`<p class="panel-note">No task stated a confidence in these days.</p>`;
  return html`
    <${Chart} class="chart-low" label=${`${counted(all, 'task')} by stated confidence, in ten bins, and what became of them.`} option=${option} />
    <p class="key">
      ${KINDS.filter(({ of }) => bins.some((bin) => of(bin) > 0)).map(({ name, colour }) => html`<span key=${name}><span class="mark mark-${colour}"></span>${name}</span>`)}
    </p>
    ${spikes.length > 0 &&
    html`<p class="panel-note">Single values stated far more often than those around them: ${spikes.map(({ at, n }) => `${rate(at)} × ${count(n)}`).join(', ')}.</p>`}
    ${without > 0 && html`<p class="panel-note">${counted(without, 'further task')} stated no confidence, so nothing can be compared.</p>`}
  `;
}

/** @param {{ bins: Resource<Bins> & { stale: boolean, refresh: () => void }, query: string }} props */
export const Gaps = ({ bins, query }) => html`
  <${Figure}
    title="Claimed too much, or too little"
    resource=${bins}
    csv=${calibrationCsv('bins', query)}
    draw=${(/** @type {Bins} */ data) => html`<${GapBars} data=${data} />`}
    twin=${(/** @type {Bins} */ data) => ({
      head: [{ name: 'Bin' }, { name: 'Outcomes', number: true }, { name: 'Gap', number: true }, { name: '95% interval' }, { name: 'Claimed' }, { name: 'Why not' }],
      rows: data.bins.map((bin) => [
        bin.label,
        count(bin.n),
        signed(bin.gap, 3),
        bin.mean_confidence === null || bin.wilson_low === null || bin.wilson_high === null
          ? '–'
          : between(bin.mean_confidence - bin.wilson_high, bin.mean_confidence - bin.wilson_low, signed),
        bin.gap === null ? '–' : bin.gap > 0 ? 'too much' : 'too little',
        bin.reason,
      ]),
    })}
  />
`;

/** @param {{ data: Bins }} props */
function GapBars({ data: { bins } }) {
  const told = JSON.stringify(bins);
  const option = useMemo(() => gapOption(bins), [told]);
  const known = bins.filter(({ n }) => n >= LEAST);
  if (known.length === 0) return html`<p class="panel-note">No bin has the ${LEAST} outcomes that a gap needs.</p>`;
  const few = bins.filter(({ n }) => n > 0 && n < LEAST);
  return html`
    <${Chart} class="chart-gaps" label=${`Stated less came true, by bin, with 95% intervals; ${known.filter(({ gap }) => (gap ?? 0) > 0).length} of ${known.length} above zero.`} option=${option} />
    <p class="key">
      <span><span class="mark mark-retrying"></span>+ less came true than was stated</span>
      <span><span class="mark mark-accent"></span>− more came true</span>
      ${few.length > 0 && html`<span>no bar: fewer than ${LEAST} outcomes in ${few.map(({ label: name }) => name).join(', ')}</span>`}
    </p>
  `;
}
