// @ts-check
import { html } from '../../lib/html.js';
import { count, words } from '../../lib/format.js';
import { STATUSES } from '../../lib/status.js';
import { Icon } from '../../ui/Icon.js';
import { listHref } from './filter.js';

/** @import { Metrics } from '../../lib/types.js' */

/**
 * How many tasks each status has. Every number links to exactly the tasks it counts, so other filters are dropped.
 * @param {{ metrics: Metrics, chosen: string }} props
 */
export function StatusCounts({ metrics, chosen }) {
  const numbers = metrics.by_status;
  const all = STATUSES.reduce((sum, { name }) => sum + (numbers[name] ?? 0), 0);
  return html`
    <nav class="counts" aria-label="Tasks by status">
      <${Cell} status="" name="All" number=${all} chosen=${chosen} />
      ${STATUSES.map(
        ({ name, tone, icon, meaning }) => html`
          <${Cell}
            status=${name}
            name=${words(name)}
            number=${numbers[name] ?? 0}
            chosen=${chosen}
            tone=${tone}
            icon=${icon}
            title=${meaning}
          />
        `,
      )}
    </nav>
  `;
}

/**
 * @param {{ status: string, name: string, number: number, chosen: string, tone?: string, icon?: string, title?: string }} props
 */
const Cell = ({ status, name, number, chosen, tone = 'queued', icon, title }) => html`
  <a
    class="count tone-${tone} ${number === 0 ? 'count-none' : ''}"
    href=${listHref({ status })}
    title=${title}
    aria-current=${status === chosen ? 'true' : null}
  >
    <span class="count-number">${count(number)}</span>
    <span class="count-name">${icon && html`<${Icon} name=${icon} />`}${name}</span>
  </a>
`;
