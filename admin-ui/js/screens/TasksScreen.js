// @ts-check
/** How many tasks each status has, and the list that the address describes. */
import { html } from '../lib/html.js';
import { exportHref } from '../lib/queueState.js';
import { useState } from '../../vendor/hooks.module.js';
import { useTitle } from '../lib/title.js';
import { href } from '../router.js';
import { Act } from '../ui/Act.js';
import { LiveControl } from '../ui/Live.js';
import { LockButton } from '../ui/LockButton.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Failure, Loading } from '../ui/Notice.js';
import { Imported } from './tasks/Imported.js';
import { ImportDialog } from './tasks/ImportDialog.js';
import { Filters } from './tasks/Filters.js';
import { StatusCounts } from './tasks/StatusCounts.js';
import { TaskList } from './tasks/TaskList.js';
import { narrows, readFilter } from './tasks/filter.js';

/** @import { Metrics } from '../lib/types.js' */
/** @import { ImportReport } from '../lib/queueState.js' */
/** @import { Resource } from '../lib/resource.js' */

/** @param {{ query: URLSearchParams, metrics: Resource<Metrics> & { refresh: () => void } }} props */
export function TasksScreen({ query, metrics }) {
  const filter = readFilter(query);
  const { data, error, refresh } = metrics;
  const [importing, setImporting] = useState(false);
  const [report, setReport] = useState(/** @type {ImportReport | null} */ (null));
  useTitle('Tasks');
  return html`
    <${ScreenHead} title="Tasks">
      <${LiveControl} failing=${error !== null} />
      ${data && data.mode !== 'LOCKED' && html`<${LockButton} changed=${refresh} />`}
      <a class="button" download="queue_state.json" href=${exportHref(filter)} title=${exportTitle(filter)}>Export</a>
      <${Act} role="OPERATOR" onClick=${() => setImporting(true)}>Import…<//>
      <a class="button primary" href=${href('/submit')}>Submit a task</a>
    <//>
    ${report && html`<${Imported} report=${report} close=${() => setReport(null)} />`}
    ${data && html`<${StatusCounts} metrics=${data} chosen=${filter.status} />`}
    ${!data && error && html`<${Failure} what="The counts could not be loaded." error=${error} retry=${refresh} />`}
    ${!data && !error && html`<${Loading} lines=${3} />`}
    <section class="panel" aria-label="Task list">
      <${Filters} filter=${filter} queues=${data?.queues ?? []} />
      <${TaskList} filter=${filter} />
    </section>
    ${importing && html`<${ImportDialog} done=${setReport} close=${() => setImporting(false)} />`}
  `;
}

/** @param {import('./tasks/filter.js').Filter} filter */
function exportTitle(filter) {
  const unknown = filter.priority || filter.risk ? ' A file cannot be narrowed by priority or risk: it holds those of all.' : '';
  return narrows(filter) ? `The tasks of the filter, as queue_state.json.${unknown}` : 'All tasks, as queue_state.json';
}
