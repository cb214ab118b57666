// @ts-check
import { html } from '../../lib/html.js';
import { count, words } from '../../lib/format.js';
import { STATUSES } from '../../lib/status.js';
import { Icon } from '../../ui/Icon.js';
import { changed, listHref } from './filter.js';

/** @import { Metrics, StatusCount, TaskStatus } from '../../lib/types.js' */
/** @import { Filter } from './filter.js' */

/**
 * Of all tasks, exactly, as the metrics have them.
 * @param {Metrics} metrics
 * @returns {StatusCount[]}
 */
export const countsOfAll = ({ by_status }) =>
  Object.entries(by_status).map(([status, tasks]) => ({ status: /** @type {TaskStatus} */ (status), tasks, more: false }));

/**
 * How many tasks of the filter each status has. A number links to exactly the tasks it counts.
 * @param {{ counts: StatusCount[], filter?: Filter, dimmed?: boolean }} props `filter`: of the list beside it, if there is one
 */
export function StatusCounts({ counts, filter, dimmed = false }) {
  /** @param {string} name */
  const of = (name) => counts.find(({ status }) => status === name) ?? { tasks: 0, more: false };
  const all = { tasks: counts.reduce((sum, { tasks }) => sum + tasks, 0), more: counts.some(({ more }) => more) };
  return html`
    <nav class="counts ${dimmed ? 'dimmed' : ''}" aria-label="Tasks by status" aria-busy=${dimmed}>
      <${Cell} status="" name="All" number=${all} filter=${filter} />
      ${STATUSES.map(
        ({ name, tone, icon, meaning }) => html`
          <${Cell} key=${name} status=${name} name=${words(name)} number=${of(name)} filter=${filter} tone=${tone} icon=${icon} title=${meaning} />
        `,
      )}
    </nav>
  `;
}

/**
 * @param {{ status: string, name: string, number: { tasks: number, more: boolean }, filter?: Filter, tone?: string, icon?: string, title?: string }} props
 */
const Cell = ({ status, name, number: { tasks, more }, filter, tone = 'queued', icon, title }) => html`
  <a
    class="count tone-${tone} ${tasks === 0 && !more ? 'count-none' : ''}"
    href=${listHref(filter ? changed(filter, { status }) : { status })}
    title=${more ? `${title ?? 'of every status'}; at least ${count(tasks)}, counted no further` : title}
    aria-current=${status === filter?.status ? 'true' : null}
  >
    <span class="count-number">${count(tasks)}${more && '+'}</span>
    <span class="count-name">${icon && html`<${Icon} name=${icon} />`}${name}</span>
  </a>
`;
