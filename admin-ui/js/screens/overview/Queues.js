// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { ABSENT, count, counted, duration } from '../../lib/format.js';
import { Fold } from '../../ui/Fold.js';
import { Meter } from '../../ui/Meter.js';
import { Sparkline } from '../../ui/Sparkline.js';
import { listHref } from '../tasks/filter.js';
import { PauseButton, ResumeButton } from './HoldButtons.js';

/** @import { Hold, Queue, TaskStatus } from '../../lib/types.js' */
/** @import { Point } from '../../lib/throughput.js' */

const SHOWN_AT_FIRST = 10;

/** @typedef {{ holds: Hold[], slots: number, pointsOf: ((queue: string) => Point[]) | null, changed: () => void }} Around `slots`: of all nodes that live */

/** @param {{ queues: Queue[] } & Around} props */
export function Queues({ queues, ...around }) {
  const [all, setAll] = useState(false);
  const shown = all ? queues : queues.slice(0, SHOWN_AT_FIRST);
  return html`
    <${Fold} title="Queues" summary=${summary(queues)}>
      ${queues.length === 0
        ? html`<p class="panel-note">No queue yet. A queue appears with its first task.</p>`
        : html`<${QueueTable} queues=${shown} ...${around} />`}
      ${queues.length > shown.length &&
      html`<button type="button" class="plain more" onClick=${() => setAll(true)}>Show all ${count(queues.length)} queues</button>`}
    <//>
  `;
}

/** @param {Queue[]} queues */
function summary(queues) {
  const longest = Math.max(-1, ...queues.map((queue) => queue.next_waiting_seconds ?? -1));
  return html`<span>${counted(queues.length, 'queue')}${longest >= 0 && `, next task waits ${duration(longest)}`}</span>`;
}

/** @param {{ queues: Queue[] } & Around} props */
const QueueTable = ({ queues, ...around }) => html`
  <div class="table-scroll" tabindex="0" role="region" aria-label="Queues">
    <table class="queues">
      <thead>
        <tr>
          <th>Queue</th>
          <th class="number">Pending</th>
          <th class="number" title="How long the task that starts next has been ready">Next waits</th>
          <th>In progress</th>
          <th class="number">Scheduled</th>
          <th class="number">Blocked</th>
          <th class="number">Deferred</th>
          <th>Ended, last hour</th>
          <th><span class="sr-only">Pause</span></th>
        </tr>
      </thead>
      <tbody>
        ${queues.map((queue) => html`<${QueueRow} key=${queue.name} queue=${queue} ...${around} />`)}
      </tbody>
    </table>
  </div>
`;

/** @param {{ queue: Queue } & Around} props */
function QueueRow({ queue, holds, slots, pointsOf, changed }) {
  /**
   * @param {TaskStatus} status
   * @param {number} number
   */
  const linked = (status, number) =>
    number === 0 ? html`<span class="quiet">0</span>` : html`<a href=${listHref({ queue: queue.name, status })}>${count(number)}</a>`;
  const { next_waiting_seconds: next } = queue;
  const hold = holds.find(({ scope, queue: name }) => scope === 'QUEUE' && name === queue.name);
  return html`
    <tr>
      <th scope="row" class="clip">
        <a href=${listHref({ queue: queue.name })} title=${queue.name}><bdi>${queue.name}</bdi></a>${queue.held && html` <span class="warn-text">paused</span>`}
      </th>
      <td class="number">${linked('PENDING', queue.pending)}</td>
      <td class="number">${next === null ? html`<span class="quiet">${ABSENT}</span>` : duration(next)}</td>
      <td>
        <span class="gauge" title="${count(queue.in_progress)} of the ${count(slots)} places of all nodes">
          <span class="gauge-number">${linked('IN_PROGRESS', queue.in_progress)}</span><${Meter} value=${queue.in_progress} of=${slots} />
        </span>
      </td>
      <td class="number">${linked('SCHEDULED', queue.scheduled)}</td>
      <td class="number">${linked('BLOCKED', queue.blocked)}</td>
      <td class="number">${linked('DEFERRED', queue.deferred)}</td>
      <td>${pointsOf ? html`<${Sparkline} points=${pointsOf(queue.name)} />` : ABSENT}</td>
      <td class="number">
        ${hold ? html`<${ResumeButton} hold=${hold} changed=${changed} />` : html`<${PauseButton} queue=${queue.name} changed=${changed} />`}
      </td>
    </tr>
  `;
}
