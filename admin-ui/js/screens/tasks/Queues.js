// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { ABSENT, count, counted, duration } from '../../lib/format.js';
import { Fold } from '../../ui/Fold.js';
import { Meter } from '../../ui/Meter.js';
import { listHref } from './filter.js';

/** @import { Metrics, Queue, TaskStatus } from '../../lib/types.js' */

const SHOWN_AT_FIRST = 5;

/** @param {{ queues: Queue[], node: Metrics['node'] }} props */
export function Queues({ queues, node }) {
  const [all, setAll] = useState(false);
  const shown = all ? queues : queues.slice(0, SHOWN_AT_FIRST);
  return html`
    <${Fold} title="Queues" summary=${html`<${Summary} queues=${queues} node=${node} />`}>
      ${queues.length === 0
        ? html`<p class="panel-note">No queue yet. A queue appears with its first task.</p>`
        : html`<${QueueTable} queues=${shown} />`}
      ${queues.length > shown.length &&
      html`<button type="button" class="plain more" onClick=${() => setAll(true)}>Show all ${count(queues.length)} queues</button>`}
    <//>
  `;
}

/** @param {{ queues: Queue[], node: Metrics['node'] }} props */
function Summary({ queues, node }) {
  const longest = Math.max(-1, ...queues.map((queue) => queue.next_waiting_seconds ?? -1));
  return html`
    <span>${counted(queues.length, 'queue')}${longest >= 0 && `, next task waits ${duration(longest)}`}</span>
    <span class="node">
      <span class="mono">${node.name}</span>
      <${Meter} value=${node.running} of=${node.limit} />
      <span>${count(node.running)} of ${count(node.limit)} running</span>
    </span>
  `;
}

/** @param {{ queues: Queue[] }} props */
const QueueTable = ({ queues }) => html`
  <div class="table-scroll" tabindex="0" role="region" aria-label="Queues">
    <table>
      <thead>
        <tr>
          <th>Queue</th>
          <th class="number">Pending</th>
          <th class="number">Next waits</th>
          <th class="number">In progress</th>
          <th class="number">Scheduled</th>
          <th class="number">Blocked</th>
          <th class="number">Deferred</th>
        </tr>
      </thead>
      <tbody>
        ${queues.map((queue) => html`<${QueueRow} key=${queue.name} queue=${queue} />`)}
      </tbody>
    </table>
  </div>
`;

/** @param {{ queue: Queue }} props */
function QueueRow({ queue }) {
  /**
   * @param {TaskStatus} status
   * @param {number} number
   */
  const cell = (status, number) => html`
    <td class="number">
      ${number === 0 ? html`<span class="quiet">0</span>` : html`<a href=${listHref({ queue: queue.name, status })}>${count(number)}</a>`}
    </td>
  `;
  const { next_waiting_seconds: next } = queue;
  return html`
    <tr>
      <th scope="row" class="clip"><a href=${listHref({ queue: queue.name })} title=${queue.name}><bdi>${queue.name}</bdi></a>${queue.held && html` <span class="quiet">held</span>`}</th>
      ${cell('PENDING', queue.pending)}
      <td class="number">${next === null ? html`<span class="quiet">${ABSENT}</span>` : duration(next)}</td>
      ${cell('IN_PROGRESS', queue.in_progress)} ${cell('SCHEDULED', queue.scheduled)} ${cell('BLOCKED', queue.blocked)}
      ${cell('DEFERRED', queue.deferred)}
    </tr>
  `;
}
