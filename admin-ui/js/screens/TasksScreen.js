// @ts-check
/** Overview and tasks in one: how many of each status, the queues, and the list that the address describes. */
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { useTitle } from '../lib/title.js';
import { href } from '../router.js';
import { Icon } from '../ui/Icon.js';
import { LiveControl } from '../ui/Live.js';
import { ModeDialog } from '../ui/ModeDialog.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Failure, Loading } from '../ui/Notice.js';
import { Filters } from './tasks/Filters.js';
import { Queues } from './tasks/Queues.js';
import { StatusCounts } from './tasks/StatusCounts.js';
import { TaskList } from './tasks/TaskList.js';
import { Totals } from './tasks/Totals.js';
import { readFilter } from './tasks/filter.js';

/** @import { Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

/** @param {{ query: URLSearchParams, metrics: Resource<Metrics> & { refresh: () => void } }} props */
export function TasksScreen({ query, metrics }) {
  const filter = readFilter(query);
  const { data, error, refresh } = metrics;
  useTitle('Tasks');
  return html`
    <${ScreenHead} title="Tasks">
      <${LiveControl} failing=${error !== null} />
      ${data && data.mode !== 'LOCKED' && html`<${LockButton} changed=${refresh} />`}
      <a class="button primary" href=${href('/submit')}>Submit a task</a>
    <//>
    ${data && html`<${Numbers} metrics=${data} status=${filter.status} />`}
    ${!data && error && html`<${Failure} what="The counts could not be loaded." error=${error} retry=${refresh} />`}
    ${!data && !error && html`<${Loading} lines=${3} />`}
    <section class="panel" aria-label="Task list">
      <${Filters} filter=${filter} queues=${data?.queues ?? []} />
      <${TaskList} filter=${filter} />
    </section>
  `;
}

/** @param {{ changed: () => void }} props */
function LockButton({ changed }) {
  const [asking, setAsking] = useState(false);
  return html`
    <button type="button" title="Stop all starts, on every node" onClick=${() => setAsking(true)}><${Icon} name="lock" />Lock</button>
    ${asking && html`<${ModeDialog} mode="LOCKED" named=${false} close=${() => setAsking(false)} changed=${changed} />`}
  `;
}

/** @param {{ metrics: Metrics, status: string }} props */
const Numbers = ({ metrics, status }) => html`
  <${StatusCounts} metrics=${metrics} chosen=${status} />
  <div class="overview">
    <${Queues} queues=${metrics.queues} node=${metrics.node} />
    <${Totals} metrics=${metrics} />
  </div>
`;
