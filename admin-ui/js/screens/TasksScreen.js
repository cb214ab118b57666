// @ts-check
/** How many tasks each status has, and the list that the address describes. */
import { html } from '../lib/html.js';
import { useTitle } from '../lib/title.js';
import { href } from '../router.js';
import { LiveControl } from '../ui/Live.js';
import { LockButton } from '../ui/LockButton.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Failure, Loading } from '../ui/Notice.js';
import { Filters } from './tasks/Filters.js';
import { StatusCounts } from './tasks/StatusCounts.js';
import { TaskList } from './tasks/TaskList.js';
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
    ${data && html`<${StatusCounts} metrics=${data} chosen=${filter.status} />`}
    ${!data && error && html`<${Failure} what="The counts could not be loaded." error=${error} retry=${refresh} />`}
    ${!data && !error && html`<${Loading} lines=${3} />`}
    <section class="panel" aria-label="Task list">
      <${Filters} filter=${filter} queues=${data?.queues ?? []} />
      <${TaskList} filter=${filter} />
    </section>
  `;
}
