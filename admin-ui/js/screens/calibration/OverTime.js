// @ts-check
import { useMemo } from '../../../vendor/hooks.module.js';
import { calibrationCsv } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, counted } from '../../lib/format.js';
import { between, rate, signed } from '../../lib/rates.js';
import { go } from '../../router.js';
import { Chart } from '../../ui/Chart.js';
import { Figure } from './Figure.js';
import { apiQuery, calibrationHref } from './filter.js';
import { overTimeOption } from './overTimeOption.js';

/** @import { Drift, InForce, Span, Timeseries } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */
/** @import { Filter } from './filter.js' */
/** @import { Mark } from './overTimeOption.js' */

/** @type {[string, string][]} */
const STEPS = [
  ['DAY', 'by day'],
  ['', 'by week'],
  ['MONTH', 'by month'],
];

/**
 * @param {{ series: Resource<Timeseries> & { stale: boolean, refresh: () => void }, inForce: InForce[], drift: Drift[], filter: Filter }} props
 */
export const OverTime = ({ series, inForce, drift, filter }) => html`
  <${Figure}
    title="Over time"
    resource=${series}
    csv=${calibrationCsv('timeseries', apiQuery(filter, filter.every ? { every: filter.every } : {}))}
    beside=${html`
      <select class="small" aria-label="By" value=${filter.every} onChange=${(/** @type {any} */ event) => go(calibrationHref({ ...filter, every: event.target.value }))}>
        ${STEPS.map(([value, name]) => html`<option key=${value} value=${value}>${name}</option>`)}
      </select>
    `}
    draw=${(/** @type {Timeseries} */ data) => html`<${Curves} data=${data} marked=${marksOf(data.timeseries, inForce, drift, filter.action)} />`}
    twin=${(/** @type {Timeseries} */ data) => twin(data.timeseries)}
  />
`;

/** @param {{ data: Timeseries, marked: Mark[] }} props */
function Curves({ data: { timeseries, basis }, marked }) {
  const told = JSON.stringify([timeseries, marked, basis]);
  const option = useMemo(() => overTimeOption(timeseries, marked, basis === 'CALIBRATED'), [told]);
  if (timeseries.length === 0) return html`<p class="panel-note">There are no outcomes in these days.</p>`;
  const last = timeseries[timeseries.length - 1];
  return html`
    <${Chart}
      class="chart-time"
      label=${`Gap between stated and came true over ${counted(timeseries.length, 'span')} of time; from ${last.from} on it is ${signed(last.gap)}, on ${counted(last.n, 'outcome')}.`}
      option=${option}
    />
    ${timeseries.some(({ n }) => n < 100) && html`<p class="panel-note">Spans of fewer than 100 outcomes swing by chance: look at their intervals.</p>`}
  `;
}

/** @param {Span[]} spans */
const twin = (spans) => ({
  head: [
    { name: 'From' },
    { name: 'Outcomes', number: true },
    { name: 'Stated', number: true },
    { name: 'Came true', number: true },
    { name: 'Gap', number: true },
    { name: '95% interval' },
    { name: 'Brier', number: true },
    { name: 'ECE', number: true },
    { name: 'ECE by chance', number: true },
    { name: 'Why not' },
  ],
  rows: spans.map((span) => [
    span.from,
    count(span.n),
    rate(span.mean_confidence, 3),
    rate(span.base_rate, 3),
    signed(span.gap, 3),
    between(span.gap_low, span.gap_high, signed),
    rate(span.brier, 3),
    rate(span.ece, 3),
    rate(span.ece_noise_floor, 3),
    span.reason,
  ]),
});

/**
 * When the maps in force came, and since when drift is told, on the span they fall into.
 * @param {Span[]} spans
 * @param {InForce[]} inForce
 * @param {Drift[]} drift
 * @param {string} action
 * @returns {Mark[]}
 */
function marksOf(spans, inForce, drift, action) {
  const concerned = (/** @type {{ action: string | null }} */ one) => one.action === null || one.action === action;
  const into = (/** @type {string} */ day) => spans.findLast(({ from }) => from <= day)?.from;
  const published = inForce.filter(concerned).flatMap(({ version, at }) => {
    const from = into(at.slice(0, 10));
    return version === null || !from ? [] : [{ from, text: `map ${version}`, alarm: false }];
  });
  const alarms = drift.filter(concerned).flatMap(({ alarm_since, action: of }) => {
    const from = alarm_since && into(alarm_since);
    return from ? [{ from, text: of === null ? 'drift' : `drift of ${of}`, alarm: true }] : [];
  });
  return together([...published, ...alarms]);
}

/**
 * One mark a span, or their words would lie on each other.
 * @param {Mark[]} marks
 * @returns {Mark[]}
 */
function together(marks) {
  /** @type {Map<string, Mark>} */
  const bySpan = new Map();
  for (const mark of marks) {
    const known = bySpan.get(mark.from);
    bySpan.set(mark.from, known ? { from: mark.from, text: `${known.text}, ${mark.text}`, alarm: known.alarm || mark.alarm } : mark);
  }
  return [...bySpan.values()];
}
