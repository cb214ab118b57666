// @ts-check
import { useEffect, useRef } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { ABSENT, words } from '../../lib/format.js';
import { useKeys } from '../../keys.js';
import { go, taskHref } from '../../router.js';
import { Status } from '../../ui/Status.js';
import { Age, Elapsed } from '../../ui/Time.js';
import { open, takeOpened } from './place.js';

/** @import { TaskRow } from '../../lib/types.js' */

/**
 * Roles are given, because on a narrow screen the cells of a row are laid out as a card and would lose them.
 * @param {{ rows: TaskRow[], fresh: Set<string>, dimmed: boolean }} props
 */
export function TaskTable({ rows, fresh, dimmed }) {
  const table = useRef(/** @type {HTMLElement | null} */ (null));
  useReturn(table);
  useKeys({ j: () => step(table.current, 1), k: () => step(table.current, -1) });
  return html`
    <table class="tasks ${dimmed ? 'dimmed' : ''}" role="table" aria-label="Tasks" aria-busy=${dimmed} ref=${table}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" class="col-status">Status</th>
          <th role="columnheader" class="col-task">Task</th>
          <th role="columnheader" class="col-action">Action</th>
          <th role="columnheader" class="col-queue">Queue</th>
          <th role="columnheader" class="col-priority">Priority</th>
          <th role="columnheader" class="col-risk">Risk</th>
          <th role="columnheader" class="col-confidence number">Confidence</th>
          <th role="columnheader" class="col-attempts number">Attempt</th>
          <th role="columnheader" class="col-took number">Took</th>
          <th role="columnheader" class="col-created number">Created</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((task) => html`<${Row} key=${task.id} task=${task} fresh=${fresh.has(task.id)} />`)}
      </tbody>
    </table>
  `;
}

/** @param {{ task: TaskRow, fresh: boolean }} props */
const Row = ({ task, fresh }) => html`
  <tr role="row" class=${fresh ? 'fresh' : ''} onClick=${(/** @type {MouseEvent} */ event) => openFromRow(event, task.id)}>
    <td role="cell" class="col-status"><${Status} task=${task} /></td>
    <td role="cell" class="col-task">
      <a class="mono" href=${taskHref(task.id)} data-task=${task.id} onClick=${() => open(task.id)}>${task.id}</a>
      ${task.description && html`<bdi class="description" title=${task.description}>${task.description}</bdi>`}
    </td>
    <td role="cell" class="col-action"><bdi title=${task.action_name}>${task.action_name}</bdi></td>
    <td role="cell" class="col-queue"><bdi title=${task.queue}>${task.queue}</bdi></td>
    <td role="cell" class="col-priority"><${Level} value=${task.priority} loud=${['CRITICAL', 'HIGH']} /></td>
    <td role="cell" class="col-risk"><${Level} value=${task.risk_level} loud=${['HIGH']} /><span class="only-narrow"> risk</span></td>
    <td role="cell" class="col-confidence number">${task.confidence_score ?? ABSENT}</td>
    <td role="cell" class="col-attempts number">
      <span class="only-narrow">attempt </span>${attemptsOf(task)}
    </td>
    <td role="cell" class="col-took number ${isTimed(task) ? '' : 'unknown'}">
      ${isTimed(task) ? html`<${Elapsed} from=${task.started_at} to=${task.completed_at} />` : ABSENT}
    </td>
    <td role="cell" class="col-created number"><${Age} at=${task.created_at} /></td>
  </tr>
`;

/** @param {{ value: string, loud: string[] }} props */
const Level = ({ value, loud }) => html`<span class=${loud.includes(value) ? 'level-loud' : 'quiet'}>${words(value)}</span>`;

/** @param {TaskRow} task */
const attemptsOf = ({ partial, attempt_count, max_attempts }) => `${partial ? ABSENT : attempt_count}/${max_attempts}`;

/**
 * Whether a time from start to end is known; it ticks only while an attempt runs.
 * @param {TaskRow} task
 */
const isTimed = ({ status, started_at, completed_at, partial }) =>
  !partial && started_at !== null && (completed_at !== null || status === 'IN_PROGRESS');

/**
 * A click anywhere in a row opens its task, unless the reader selects text or clicked the link itself.
 * @param {MouseEvent} event
 * @param {string} id
 */
function openFromRow(event, id) {
  const onLink = event.target instanceof Element && event.target.closest('a');
  if (onLink || getSelection()?.type === 'Range') return;
  open(id);
  go(taskHref(id));
}

/**
 * @param {Element | null} table
 * @param {number} by
 */
function step(table, by) {
  const links = [...(table?.querySelectorAll('a[data-task]') ?? [])];
  const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by));
  /** @type {HTMLElement | undefined} */ (links[next])?.focus();
}

/**
 * Back from a task, the reader is where they left.
 * @param {{ current: Element | null }} table
 */
function useReturn(table) {
  useEffect(() => {
    const link = table.current?.querySelector(`a[data-task="${CSS.escape(takeOpened())}"]`);
    /** @type {HTMLElement | null | undefined} */ (link)?.focus();
  }, []);
}
