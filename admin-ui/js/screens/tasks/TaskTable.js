// @ts-check
import { useEffect, useRef } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { ABSENT, words } from '../../lib/format.js';
import { useKeys } from '../../keys.js';
import { go, taskHref } from '../../router.js';
import { Status } from '../../ui/Status.js';
import { Age, Elapsed } from '../../ui/Time.js';
import { COLUMNS, leastWidth } from './columns.js';
import { open, takeOpened } from './place.js';

/** @import { TaskRow } from '../../lib/types.js' */
/** @import { ColumnName } from './columns.js' */
/** @import { Ticks } from './ticks.js' */

const NUMBERS = ['confidence', 'attempts', 'took', 'created'];

/**
 * Roles are given, because on a narrow screen the cells of a row are laid out as a card and would lose them.
 * @param {{
 *   rows: TaskRow[],
 *   fresh: Set<string>,
 *   dimmed: boolean,
 *   ticks: Ticks,
 *   columns: { shown: Set<string>, own: boolean },
 *   peeked: string,
 *   peek: (id: string) => void,
 * }} props
 */
export function TaskTable({ rows, fresh, dimmed, ticks, columns, peeked, peek }) {
  const table = useRef(/** @type {HTMLElement | null} */ (null));
  useReturn(table);
  const move = (/** @type {number} */ by) => {
    const id = step(table.current, by);
    if (peeked && id) peek(id);
  };
  const toggle = () => {
    const id = focused(table.current);
    if (id) ticks.toggle(id, false);
  };
  const lookInto = () => peek(peeked ? '' : (focused(table.current) ?? step(table.current, 1) ?? ''));
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: toggle,
    ' ': lookInto,
    ...(peeked && { ArrowDown: () => move(1), ArrowUp: () => move(-1), Escape: () => peek('') }),
  });
  const shown = COLUMNS.filter(({ name }) => columns.shown.has(name));
  const whole = rows.every(({ id }) => ticks.ids.has(id));
  return html`
    <div class="tasks-scroll">
      <table
        class="tasks ${columns.own ? 'own-columns' : ''} ${dimmed ? 'dimmed' : ''}"
        style=${{ '--least-width': `${leastWidth(shown)}px` }}
        role="table"
        aria-label="Tasks"
        aria-busy=${dimmed}
        ref=${table}
      >
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" class="col-tick">
              <input type="checkbox" aria-label="Tick all of this page" checked=${whole} indeterminate=${!whole && ticks.ids.size > 0} onChange=${ticks.togglePage} />
            </th>
            <th role="columnheader" class="col-status">Status</th>
            <th role="columnheader" class="col-task">Task</th>
            ${shown.map(({ name, title }) => html`<th key=${name} role="columnheader" class="col-${name} ${NUMBERS.includes(name) ? 'number' : ''}">${title}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${rows.map(
            (task) => html`
              <${Row} key=${task.id} task=${task} fresh=${fresh.has(task.id)} columns=${shown} ticked=${ticks.ids.has(task.id) || ticks.all} peeked=${peeked === task.id} tick=${ticks.toggle} />
            `,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/**
 * @param {{
 *   task: TaskRow,
 *   fresh: boolean,
 *   columns: typeof COLUMNS[number][],
 *   ticked: boolean,
 *   peeked: boolean,
 *   tick: (id: string, range: boolean) => void,
 * }} props
 */
const Row = ({ task, fresh, columns, ticked, peeked, tick }) => html`
  <tr
    role="row"
    class="${fresh ? 'fresh' : ''} ${ticked ? 'ticked' : ''} ${peeked ? 'peeked' : ''}"
    onClick=${(/** @type {MouseEvent} */ event) => openFromRow(event, task.id)}
  >
    <td role="cell" class="col-tick">
      <input
        type="checkbox"
        aria-label="Tick ${task.id}"
        checked=${ticked}
        onClick=${(/** @type {MouseEvent} */ event) => tick(task.id, event.shiftKey)}
      />
    </td>
    <td role="cell" class="col-status"><${Status} task=${task} /></td>
    <td role="cell" class="col-task">
      <a class="mono" href=${taskHref(task.id)} data-task=${task.id} onClick=${() => open(task.id)}>${task.id}</a>
      ${task.description && html`<bdi class="description" title=${task.description}>${task.description}</bdi>`}
    </td>
    ${columns.map(({ name }) => CELLS[name](task))}
  </tr>
`;

/** @type {Record<ColumnName, (task: TaskRow) => any>} */
const CELLS = {
  action: (task) => html`<td role="cell" class="col-action"><bdi title=${task.action_name}>${task.action_name}</bdi></td>`,
  queue: (task) => html`<td role="cell" class="col-queue"><bdi title=${task.queue}>${task.queue}</bdi></td>`,
  workflow: (task) => html`<td role="cell" class="col-workflow"><bdi class="mono" title=${task.workflow_id}>${task.workflow_id === task.id ? ABSENT : task.workflow_id}</bdi></td>`,
  priority: (task) => html`<td role="cell" class="col-priority"><${Level} value=${task.priority} loud=${['CRITICAL', 'HIGH']} /></td>`,
  risk: (task) => html`<td role="cell" class="col-risk"><${Level} value=${task.risk_level} loud=${['HIGH']} /><span class="only-narrow"> risk</span></td>`,
  confidence: (task) => html`<td role="cell" class="col-confidence number">${task.confidence_score ?? ABSENT}</td>`,
  by: (task) => html`<td role="cell" class="col-by"><bdi title=${task.created_by}>${task.created_by}</bdi></td>`,
  error: (task) => html`<td role="cell" class="col-error"><bdi title=${task.error ?? task.reason}>${task.error ?? task.reason ?? ABSENT}</bdi></td>`,
  attempts: (task) => html`<td role="cell" class="col-attempts number"><span class="only-narrow">attempt </span>${attemptsOf(task)}</td>`,
  took: (task) => html`
    <td role="cell" class="col-took number ${isTimed(task) ? '' : 'unknown'}">
      ${isTimed(task) ? html`<${Elapsed} from=${task.started_at} to=${task.completed_at} />` : ABSENT}
    </td>
  `,
  created: (task) => html`<td role="cell" class="col-created number"><${Age} at=${task.created_at} /></td>`,
};

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
  const onLink = event.target instanceof Element && event.target.closest('a, .col-tick');
  if (onLink || getSelection()?.type === 'Range') return;
  open(id);
  go(taskHref(id));
}

/**
 * Moves to another row. @returns the id of its task
 * @param {Element | null} table
 * @param {number} by
 */
function step(table, by) {
  const links = linksIn(table);
  const at = links.findIndex((link) => link.closest('tr')?.contains(document.activeElement));
  const next = links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))];
  next?.focus();
  return next?.dataset.task;
}

/**
 * The task of the row where the reader is.
 * @param {Element | null} table
 */
const focused = (table) => linksIn(table).find((link) => link.closest('tr')?.contains(document.activeElement))?.dataset.task;

/**
 * @param {Element | null} table
 * @returns {HTMLElement[]}
 */
const linksIn = (table) => [...(table?.querySelectorAll('a[data-task]') ?? [])].filter((link) => link instanceof HTMLElement);

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
