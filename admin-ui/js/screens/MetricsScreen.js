// @ts-check
/** How much is done, how long it waits and runs, and where it stands, over a window that the address names. */
import { useMemo } from '../../vendor/hooks.module.js';
import { getJson } from '../lib/api.js';
import { useEvery } from '../lib/every.js';
import { html } from '../lib/html.js';
import { ABSENT, count, counted, duration, percent } from '../lib/format.js';
import { useResource } from '../lib/resource.js';
import { gathered, pointsOf, totals } from '../lib/throughput.js';
import { useTitle } from '../lib/title.js';
import { fetchThroughput, reportCsv } from '../lib/watch.js';
import { go, href } from '../router.js';
import { Chart } from '../ui/Chart.js';
import { Failure, Loading } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { useZone } from '../ui/Time.js';
import { Figure, Table } from './calibration/Figure.js';
import { throughputOption } from './overview/throughputOption.js';
import { StatusCounts, countsOfAll } from './tasks/StatusCounts.js';
import { listHref } from './tasks/filter.js';

/** @import { Metrics, Queue, Throughput } from '../lib/types.js' */

/** @typedef {{ n: number, p50: number | null, p95: number | null, p99: number | null }} Percentiles */

const LOOK_EVERY_MS = 10_000;
const MOST_BARS = 96;
const LONGEST = 1440;

/** @type {[minutes: string, name: string][]} */
const WINDOWS = [
  ['5', 'last 5 minutes'],
  ['15', 'last 15 minutes'],
  ['', 'last hour'],
  ['360', 'last 6 hours'],
  ['1440', 'last 24 hours'],
];

/** @param {{ query: URLSearchParams }} props */
export function MetricsScreen({ query }) {
  const given = query.get('minutes') ?? '';
  const queue = query.get('queue') ?? '';
  const minutes = /^\d+$/.test(given) ? Math.min(LONGEST, Math.max(1, Number(given))) : 60;
  const metrics = useResource(`metrics of ${minutes} minutes`, (signal) => fetchWindow(minutes, signal));
  const throughput = useResource(`throughput of ${minutes} minutes`, (signal) => fetchThroughput(minutes, signal));
  useEvery(LOOK_EVERY_MS, metrics.refresh);
  useEvery(LOOK_EVERY_MS, throughput.refresh);
  useTitle('Metrics');
  const { data, error, refresh } = metrics;
  const name = windowName(minutes);
  return html`
    <${ScreenHead} title="Metrics">
      <${Choices} minutes=${minutes} queue=${queue} queues=${data?.queues ?? []} />
      <a class="button" href="/metrics">For Prometheus</a>
    <//>
    ${!data && (error ? html`<${Failure} what="The metrics could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${4} />`)}
    ${data && error && html`<p class="warn-text" role="alert">Not up to date: ${error.message}</p>`}
    ${data && html`<${StatusCounts} counts=${countsOfAll(data)} />`}
    <${Figure}
      title=${`Submitted and ended, ${name}${queue && `, queue ${queue}`}`}
      resource=${throughput}
      csv=${reportCsv('throughput-by-minute', { minutes: String(minutes), queue })}
      draw=${(/** @type {Throughput} */ shown) => html`<${Ended} throughput=${shown} queue=${queue} name=${name} />`}
      twin=${(/** @type {Throughput} */ shown) => twin(shown, queue)}
    />
    ${data &&
    html`
      <div class="metrics">
        <section class="panel" aria-label="Durations">
          <div class="panel-head"><h2>Waits and runs, ${name}, all queues</h2><a href=${href('/reports/slowest-actions')}>By action</a></div>
          <${Table}
            label="Percentiles"
            head=${[{ name: '' }, { name: 'Attempts', number: true }, { name: 'p50', number: true }, { name: 'p95', number: true }, { name: 'p99', number: true }]}
            rows=${[
              ['Wait to start', ...spans(data.durations.wait_ms)],
              ['Run', ...spans(data.durations.run_ms)],
            ]}
          />
          <p class="panel-note">At most 19% off: they are counted by size.${minutes > 120 && ' Beyond two hours back only whole hours count.'}${' '}
            In Prometheus: <code>escapement_attempt_wait_seconds</code>, <code>escapement_attempt_run_seconds</code>.</p>
        </section>
        <section class="panel" aria-label="Throughput">
          <div class="panel-head"><h2>Throughput, all queues</h2><a href=${href('/reports/retries')}>Retries</a></div>
          <${Table}
            label="Throughput"
            head=${[{ name: 'Last' }, { name: 'Attempts ended', number: true }, { name: 'A second', number: true }]}
            rows=${data.throughput.map((/** @type {{ minutes: number, attempts: number, per_second: number }} */ row) => [row.minutes === 1 ? 'minute' : counted(row.minutes, 'minute'), count(row.attempts), row.per_second.toFixed(2)])}
          />
          <p class="panel-note">
            Since ever: ${count(data.total_executed)} ended by themselves, ${data.total_executed > 0 ? percent(data.success_rate) : ABSENT} of them well.${' '}
            ${data.deadlines.on_time_rate === null ? 'No task with a deadline has ended.' : `${percent(data.deadlines.on_time_rate)} of the deadlines were met.`}
          </p>
        </section>
      </div>
      <section class="panel" aria-label="Queues">
        <div class="panel-head"><h2>Queues now</h2><span class="quiet"><code>escapement_tasks</code> in Prometheus</span></div>
        ${data.queues.length === 0
          ? html`<p class="panel-note">No queue has a task yet.</p>`
          : html`<${Table}
              label="Queues"
              head=${[{ name: 'Queue' }, ...['Pending', 'In progress', 'Scheduled', 'Blocked', 'Deferred', 'Next waits', 'Oldest waits'].map((column) => ({ name: column, number: true })), { name: 'Held' }]}
              rows=${data.queues.map(queueRow)}
            />`}
      </section>
    `}
  `;
}

/**
 * @param {number} minutes
 * @param {AbortSignal} signal
 * @returns {Promise<Metrics>}
 */
const fetchWindow = (minutes, signal) => getJson(`/metrics?window_minutes=${minutes}`, signal);

/** @param {{ minutes: number, queue: string, queues: Queue[] }} props */
function Choices({ minutes, queue, queues }) {
  const value = minutes === 60 ? '' : String(minutes);
  // an address may name what is not in the list: show it, or the field would lie
  const windows = WINDOWS.some(([known]) => known === value) ? WINDOWS : [...WINDOWS, /** @type {[string, string]} */ ([value, windowName(minutes)])];
  const names = queue === '' || queues.some(({ name }) => name === queue) ? queues.map(({ name }) => name) : [...queues.map(({ name }) => name), queue];
  return html`
    <select aria-label="Window" value=${value} onChange=${(/** @type {any} */ event) => go(href('/metrics', { minutes: event.target.value, queue }))}>
      ${windows.map(([option, name]) => html`<option key=${option} value=${option}>${name}</option>`)}
    </select>
    <select aria-label="Queue of the curve" value=${queue} onChange=${(/** @type {any} */ event) => go(href('/metrics', { minutes: value, queue: event.target.value }))}>
      <option value="">All queues</option>
      ${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
    </select>
  `;
}

/** @param {{ throughput: Throughput, queue: string, name: string }} props */
function Ended({ throughput, queue, name }) {
  const zone = useZone();
  const told = JSON.stringify([throughput, queue]);
  const points = useMemo(() => barsOf(throughput, queue), [told]);
  const option = useMemo(() => throughputOption(points, zone), [points, zone]);
  const { submitted, succeeded, failed, other } = totals(points);
  if (submitted + succeeded + failed + other === 0) return html`<p class="panel-note">Nothing was submitted and no attempt ended${queue && ' in this queue'} in the ${name}.</p>`;
  return html`
    <p class="key">
      <span title="Tasks"><span class="key-submitted"></span>${count(submitted)} submitted</span>
      <span><span class="key-well"></span>${count(succeeded)} succeeded</span>
      <span><span class="key-failed"></span>${count(failed)} failed</span>
      ${other > 0 && html`<span title="Dry runs, cancelled, lost"><span class="key-other"></span>${count(other)} other</span>`}
    </p>
    <${Chart} label=${`${counted(submitted, 'task')} submitted, ${counted(succeeded, 'attempt')} succeeded and ${count(failed)} failed in the ${name}.`} option=${option} />
  `;
}

/**
 * @param {Throughput} throughput
 * @param {string} queue
 */
function twin(throughput, queue) {
  return {
    head: [{ name: 'From (UTC)' }, { name: 'Submitted', number: true }, { name: 'Succeeded', number: true }, { name: 'Failed', number: true }, { name: 'Other', number: true }],
    rows: barsOf(throughput, queue)
      .toReversed()
      .map(({ minute, submitted, succeeded, failed, other }) => [new Date(minute).toISOString().slice(0, 16).replace('T', ' '), count(submitted), count(succeeded), count(failed), count(other)]),
  };
}

/**
 * @param {Throughput} throughput
 * @param {string} queue
 */
function barsOf(throughput, queue) {
  const points = pointsOf(throughput, queue || null);
  return gathered(points, Math.ceil(points.length / MOST_BARS));
}

/** @param {Percentiles} percentiles */
const spans = ({ n, p50, p95, p99 }) => [count(n), ...[p50, p95, p99].map((ms) => duration(ms === null ? null : ms / 1000))];

/** @param {Queue & { oldest_waiting_seconds?: number | null }} queue */
const queueRow = ({ name, pending, in_progress, scheduled, blocked, deferred, next_waiting_seconds, oldest_waiting_seconds = null, held }) => [
  html`<a href=${listHref({ queue: name })}><bdi>${name}</bdi></a>`,
  ...[pending, in_progress, scheduled, blocked, deferred].map(count),
  duration(next_waiting_seconds),
  duration(oldest_waiting_seconds),
  held ? 'held' : '–',
];

/** @param {number} minutes */
const windowName = (minutes) => WINDOWS.find(([known]) => known === (minutes === 60 ? '' : String(minutes)))?.[1] ?? (minutes === 1 ? 'last minute' : `last ${counted(minutes, 'minute')}`);
