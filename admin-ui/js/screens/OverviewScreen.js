// @ts-check
/** The first screen: does something wait for me, does everything run, what broke. */
import { fetchDrift } from '../lib/calibration.js';
import { html } from '../lib/html.js';
import { useEvery } from '../lib/every.js';
import { useBatches } from '../lib/live.js';
import { useResource } from '../lib/resource.js';
import { latest, pointsOf } from '../lib/throughput.js';
import { useTitle } from '../lib/title.js';
import { useLastVisit } from '../lib/visit.js';
import { fetchHolds, fetchNodes, fetchReport, fetchThroughput } from '../lib/watch.js';
import { now } from '../lib/clock.js';
import { href } from '../router.js';
import { LiveControl } from '../ui/Live.js';
import { LockButton } from '../ui/LockButton.js';
import { Failure, Loading } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Failures } from './overview/Failures.js';
import { NodeStrip } from './overview/NodeStrip.js';
import { Queues } from './overview/Queues.js';
import { ThroughputPanel } from './overview/ThroughputPanel.js';
import { Totals } from './overview/Totals.js';
import { WaitsForYou } from './overview/WaitsForYou.js';
import { StatusCounts, countsOfAll } from './tasks/StatusCounts.js';

/** @import { Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

const NODES_EVERY_MS = 5000;
const CURVES_EVERY_MS = 10_000;
/** It reads the attempts of a day. */
const FAILURES_EVERY_MS = 30_000;
const FAILURES_PAUSE_MS = 10_000;
const FAILURES_HOURS = 24;
/** The server looks every hour. */
const DRIFT_EVERY_MS = 60_000;
const CURVE_MINUTES = 60;
const DAY_MINUTES = 1440;

/** @param {{ metrics: Resource<Metrics> & { refresh: () => void } }} props */
export function OverviewScreen({ metrics }) {
  const { data, error, refresh } = metrics;
  const lastVisit = useLastVisit();
  const away = lastVisit === 0 ? 0 : Math.ceil((now() - lastVisit) / 60_000) + 1;
  const throughput = useResource(`throughput since ${lastVisit}`, (signal) => fetchThroughput(Math.min(DAY_MINUTES, Math.max(CURVE_MINUTES, away)), signal));
  const nodes = useResource('nodes', fetchNodes);
  const holds = useResource('holds', fetchHolds);
  const failures = useResource('failures', (signal) => fetchReport('failures-by-error', { hours: String(FAILURES_HOURS) }, signal));
  const drift = useResource('calibration drift', fetchDrift);
  useTitle('Overview');
  useEvery(CURVES_EVERY_MS, throughput.refresh);
  useEvery(NODES_EVERY_MS, nodes.refresh);
  useEvery(FAILURES_EVERY_MS, failures.refresh);
  useEvery(DRIFT_EVERY_MS, drift.refresh);
  useBatches(({ reset, changes }) => {
    holds.refresh();
    const due = now() - failures.at > FAILURES_PAUSE_MS && changes.some(({ to }) => to === 'FAILED');
    if (reset || due) failures.refresh();
  });
  const hour = throughput.data && latest(throughput.data, CURVE_MINUTES);
  const pausedOrResumed = () => {
    refresh();
    holds.refresh();
  };
  return html`
    <${ScreenHead} title="Overview">
      <${LiveControl} failing=${error !== null} />
      ${data && data.mode !== 'LOCKED' && html`<${LockButton} mode=${data.mode} changed=${refresh} />`}
      <a class="button primary" href=${href('/submit')}>Submit a task</a>
    <//>
    ${!data && error && html`<${Failure} what="The counts could not be loaded." error=${error} retry=${refresh} />`}
    ${!data && !error && html`<${Loading} lines=${3} />`}
    ${data &&
    html`
      <${WaitsForYou} metrics=${data} throughput=${throughput.data} holds=${holds.data} drift=${drift.data} lastVisit=${lastVisit} changed=${pausedOrResumed} />
      <${StatusCounts} counts=${countsOfAll(data)} />
    `}
    <div class="overview">
      <${ThroughputPanel} hour=${hour} error=${throughput.error} retry=${throughput.refresh} />
      <div class="overview-side">
        <${NodeStrip} nodes=${nodes} />
        ${data && html`<${Totals} metrics=${data} />`}
      </div>
    </div>
    ${data &&
    html`<${Queues}
      queues=${data.queues}
      holds=${holds.data ?? []}
      slots=${(nodes.data ?? []).reduce((sum, node) => (node.alive ? sum + node.limit : sum), 0)}
      pointsOf=${hour && ((/** @type {string} */ queue) => pointsOf(hour, queue))}
      changed=${pausedOrResumed}
    />`}
    <${Failures} failures=${failures} hours=${FAILURES_HOURS} lastVisit=${lastVisit} />
  `;
}
