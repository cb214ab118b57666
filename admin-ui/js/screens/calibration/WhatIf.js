// @ts-check
import { useId, useMemo, useState, useEffect } from '../../../vendor/hooks.module.js';
import { calibrationCsv } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, percent } from '../../lib/format.js';
import { between, rate } from '../../lib/rates.js';
import { replace } from '../../router.js';
import { Chart } from '../../ui/Chart.js';
import { Figure } from './Figure.js';
import { apiQuery, calibrationHref } from './filter.js';
import { SHADED_FROM, benefitOption, ratesOption } from './whatIfOption.js';

/** @import { Threshold, Thresholds } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */
/** @import { Filter } from './filter.js' */

const USUAL = 70;
const URL_PAUSE_MS = 250;

/**
 * What another threshold would have meant for the outcomes there are.
 * @param {{
 *   filter: Filter,
 *   raw: Resource<Thresholds> & { stale: boolean, refresh: () => void },
 *   calibrated: Thresholds | null,
 *   level: number | null,
 * }} props `calibrated`: null without a map in force; `level`: what the policy asks
 */
export function WhatIf({ filter, raw, calibrated, level }) {
  const given = filter.t === '' || Number.isNaN(Number(filter.t)) ? null : Math.round(Number(filter.t) * 100);
  const [at, setAt] = useState(clamped(given ?? (level === null ? USUAL : level * 100)));
  const [touched, setTouched] = useState(given !== null);
  useEffect(() => {
    if (!touched && level !== null) setAt(clamped(level * 100));
  }, [level]);
  useEffect(() => {
    if (!touched) return;
    const timer = setTimeout(() => replace(calibrationHref({ ...filter, t: (at / 100).toFixed(2) })), URL_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [at]);
  const choose = (/** @type {number} */ chosen) => {
    setTouched(true);
    setAt(clamped(chosen));
  };
  return html`
    <${Figure}
      title="What if the threshold were another"
      class="what-if"
      resource=${raw}
      csv=${calibrationCsv('what-if', apiQuery(filter, { basis: 'RAW' }))}
      draw=${(/** @type {Thresholds} */ data) => html`<${Explorer} raw=${data} calibrated=${calibrated} at=${at} choose=${choose} level=${level} />`}
      twin=${(/** @type {Thresholds} */ data) => twin(data.thresholds)}
    />
  `;
}

/** @param {{ raw: Thresholds, calibrated: Thresholds | null, at: number, choose: (at: number) => void, level: number | null }} props */
function Explorer({ raw, calibrated, at, choose, level }) {
  const id = useId();
  const told = `${at} ${raw.as_of} ${raw.n} ${calibrated?.as_of} ${calibrated?.n}`;
  const shown = useMemo(
    () => ({
      raw: { rows: raw.thresholds, n: raw.n },
      calibrated: calibrated && calibrated.n > 0 ? { rows: calibrated.thresholds, n: calibrated.n } : null,
      at: at / 100,
      unknownBelow: lowest(raw.thresholds),
    }),
    [told],
  );
  const rates = useMemo(() => ratesOption(shown), [shown]);
  const benefit = useMemo(() => benefitOption(shown), [shown]);
  if (raw.n === 0) return html`<p class="panel-note">Without outcomes nothing can be said about another threshold.</p>`;
  return html`
    <div class="slider">
      <label for=${id}>Least confidence to run</label>
      <input id=${id} type="range" min="0" max="100" step="1" value=${at} onInput=${(/** @type {any} */ event) => choose(Number(event.target.value))} aria-valuetext=${rate(at / 100)} />
      <output for=${id}>${rate(at / 100)}</output>
      ${level !== null && html`<button type="button" class="small" onClick=${() => choose(level * 100)}>Policy: ${rate(level)}</button>`}
    </div>
    <div class="what-if-cards">
      <${Consequences} name="As stated" row=${raw.thresholds[at]} n=${raw.n} />
      ${shown.calibrated && html`<${Consequences} name="Calibrated" row=${shown.calibrated.rows[at]} n=${shown.calibrated.n} second />`}
    </div>
    <div class="what-if-charts">
      <div>
        <p class="chart-note"><b>Rate of success</b> (thick, 95% band) and <b>share that would run</b> (thin)</p>
        <${Chart} label="For each threshold, the share of outcomes that would have run, and the share of these that succeeded." option=${rates} />
      </div>
      <div>
        <p class="chart-note"><b>Net benefit</b>, a failure weighing t / (1 − t) successes; dotted: letting all run; 0: none</p>
        <${Chart} label="For each threshold, its net benefit, compared with letting everything run and nothing." option=${benefit} />
      </div>
    </div>
    <p class="panel-note">
      Only tasks that ran can say how they would have ended: of what the gate held back there are few outcomes${shown.unknownBelow >= SHADED_FROM && ', and in the shaded part none at all'}.
    </p>
  `;
}

/** @param {{ name: string, row: Threshold, n: number, second?: boolean }} props */
const Consequences = ({ name, row, n, second = false }) => html`
  <section class="consequences" aria-label=${name}>
    <h3><span class="mark ${second ? 'mark-dashed' : 'mark-solid'}"></span>${name}, ${rate(row.threshold)} or more</h3>
    <dl>
      <div><dt>would run</dt><dd>${count(row.approved)} <span class="quiet">${percent(row.approved / n)}</span></dd></div>
      <div>
        <dt>of these succeed</dt>
        <dd>${row.approved_success_rate === null ? html`<span class="quiet">${row.reason}</span>` : html`${rate(row.approved_success_rate)} <span class="quiet">${between(row.wilson_low, row.wilson_high)}</span>`}</dd>
      </div>
      <div><dt>failures avoided</dt><dd>${count(row.failures_avoided)}</dd></div>
      <div><dt>successes held back</dt><dd>${count(row.successes_deferred)}</dd></div>
    </dl>
  </section>
`;

/** @param {Threshold[]} rows */
const twin = (rows) => ({
  head: [
    { name: 'Threshold', number: true },
    { name: 'Would run', number: true },
    { name: 'Succeed', number: true },
    { name: '95% interval' },
    { name: 'Failures avoided', number: true },
    { name: 'Successes held back', number: true },
    { name: 'Net benefit', number: true },
    { name: 'Why not' },
  ],
  rows: rows
    .filter((_, at) => at % 5 === 0)
    .map((row) => [
      rate(row.threshold),
      count(row.approved),
      rate(row.approved_success_rate, 3),
      between(row.wilson_low, row.wilson_high),
      count(row.failures_avoided),
      count(row.successes_deferred),
      rate(row.net_benefit, 3),
      row.reason,
    ]),
});

/** The highest threshold that holds nothing back: there are no outcomes below. @param {Threshold[]} rows */
const lowest = (rows) => rows.findLast(({ deferred }) => deferred === 0)?.threshold ?? 0;

/** @param {number} value */
const clamped = (value) => Math.min(100, Math.max(0, Math.round(value)));
