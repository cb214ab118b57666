// @ts-check
/** How many tasks of the filter each status has, and the list that the address describes. */
import { fetchCounts } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { html } from '../lib/html.js';
import { useBatches } from '../lib/live.js';
import { exportHref } from '../lib/queueState.js';
import { useResource } from '../lib/resource.js';
import { useSession } from '../lib/session.js';
import { useState } from '../../vendor/hooks.module.js';
import { useTitle } from '../lib/title.js';
import { fetchActionNames } from '../lib/watch.js';
import { href } from '../router.js';
import { Act } from '../ui/Act.js';
import { LiveControl } from '../ui/Live.js';
import { LockButton } from '../ui/LockButton.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { useZone } from '../ui/Time.js';
import { Imported } from './tasks/Imported.js';
import { ImportDialog } from './tasks/ImportDialog.js';
import { FilterBar } from './tasks/FilterBar.js';
import { StatusCounts, countsOfAll } from './tasks/StatusCounts.js';
import { TaskList } from './tasks/TaskList.js';
import { countQuery, keyOf, listHref, narrows, readFilter } from './tasks/filter.js';
import { lineOf, parseLine } from './tasks/query.js';

/** @import { Metrics, StatusCount } from '../lib/types.js' */
/** @import { ImportReport } from '../lib/queueState.js' */
/** @import { Resource } from '../lib/resource.js' */
/** @import { Filter } from './tasks/filter.js' */

/** @param {{ query: URLSearchParams, metrics: Resource<Metrics> & { refresh: () => void } }} props */
export function TasksScreen({ query, metrics }) {
  const filter = readFilter(query);
  const { faults } = parseLine(lineOf(filter));
  const { data, error, refresh } = metrics;
  const counts = useCounts(filter, faults.length > 0, data);
  const actions = useResource('action names', fetchActionNames);
  const { me } = useSession();
  const [importing, setImporting] = useState(false);
  const [report, setReport] = useState(/** @type {ImportReport | null} */ (null));
  useTitle('Tasks');
  const known = {
    action: actions.data ?? [],
    queue: (data?.queues ?? []).map(({ name }) => name),
    created_by: me ? [me.name] : [],
  };
  return html`
    <${ScreenHead} title="Tasks">
      <${LiveControl} failing=${error !== null} />
      ${data && data.mode !== 'LOCKED' && html`<${LockButton} mode=${data.mode} changed=${refresh} />`}
      <a class="button" download="queue_state.json" href=${exportHref(filter)} title=${exportTitle(filter)}>Export</a>
      <${Act} role="OPERATOR" onClick=${() => setImporting(true)}>Import…<//>
      <a class="button primary" href=${href('/submit')}>Submit a task</a>
    <//>
    ${report && html`<${Imported} report=${report} close=${() => setReport(null)} />`}
    <div class="tasks-layout">
      ${counts.data && html`<${StatusCounts} counts=${counts.data} filter=${filter} dimmed=${counts.stale} />`}
      ${!counts.data && (counts.error ? html`<${Failure} what="The counts could not be loaded." error=${counts.error} retry=${counts.refresh} />` : html`<${Loading} lines=${3} />`)}
      <section class="panel" aria-label="Task list">
        <${FilterBar} filter=${filter} known=${known} />
        ${faults.length > 0
          ? html`<${Misread} faults=${faults} />`
          : html`<${TaskList} filter=${filter} total=${counts.stale || !counts.data ? null : totalOf(counts.data, filter)} changedByUs=${counts.refresh} />`}
      </section>
    </div>
    ${importing && html`<${ImportDialog} done=${setReport} close=${() => setImporting(false)} />`}
  `;
}

/**
 * How many tasks of the filter each status has. Those of all tasks come with the metrics, which are fetched anyway.
 * @param {Filter} filter
 * @param {boolean} misread
 * @param {Metrics | null} metrics
 * @returns {Resource<StatusCount[]> & { stale: boolean, refresh: () => void }}
 */
function useCounts(filter, misread, metrics) {
  const zone = useZone();
  const ofAll = !narrows({ ...filter, status: '' }) || misread;
  const counts = useResource(`counts ${zone} ${ofAll ? '' : keyOf({ ...filter, status: '', cursor: '' })}`, async (signal) =>
    ofAll ? null : fetchCounts(countQuery(filter, now(), zone), signal),
  );
  useBatches(() => ofAll || counts.refresh());
  if (!ofAll) return /** @type {any} */ (counts);
  return { ...counts, data: metrics && countsOfAll(metrics), stale: false };
}

/**
 * @param {StatusCount[]} counts
 * @param {Filter} filter
 */
function totalOf(counts, { status: wanted }) {
  const of = counts.filter(({ status }) => !wanted || status === wanted);
  return { tasks: of.reduce((sum, { tasks }) => sum + tasks, 0), more: of.some(({ more }) => more) };
}

/** @param {{ faults: string[] }} props */
const Misread = ({ faults }) => html`
  <${Notice} title="The address asks for what the list does not know.">
    ${faults.map((fault) => html`<p key=${fault}><bdi>${fault}</bdi></p>`)}
    <a class="button" href=${listHref({})}>Show all tasks</a>
  <//>
`;

/** @param {Filter} filter */
function exportTitle(filter) {
  const unknown = narrows({ ...filter, status: '', action: '', queue: '', workflow_id: '' })
    ? ' A file can be narrowed by status, action, queue and workflow only: it holds more than the list.'
    : '';
  return narrows(filter) ? `The tasks of the filter, as queue_state.json.${unknown}` : 'All tasks, as queue_state.json';
}
