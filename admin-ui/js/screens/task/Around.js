// @ts-check
/** What the task waits for, what waits for it, and where its branches lead. */
import { useEffect, useState } from '../../../vendor/hooks.module.js';
import { fetchGraph } from '../../lib/api.js';
import { count, counted, duration, words } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { rawElements, rawMembers } from '../../lib/json.js';
import { concerns, useBatches } from '../../lib/live.js';
import { useResource } from '../../lib/resource.js';
import { taskHref } from '../../router.js';
import { Status } from '../../ui/Status.js';

/** @import { GraphNode, Task, TaskStatus, WorkflowGraph } from '../../lib/types.js' */

/** @typedef {{ id: string, node: GraphNode | undefined, status: TaskStatus | null, required: string, met: boolean | undefined, timeout: number | null }} Neighbour */

const MOST_AT_FIRST = 20;

/** Of the API: so many dependencies at most, and one more dependent than it counts. */
const MOST_TOLD = 1000;

/** @param {{ task: Task, raw: Map<string, string> }} props */
export function Around({ task, raw }) {
  const joined = task.dependencies.length > 0 || task.dependents_count > 0;
  const { data, error, refresh } = useResource(`around ${task.id} ${joined}`, (signal) => (joined ? fetchGraph(task.workflow_id, signal) : Promise.resolve(null)));
  useEffect(refresh, [task.status, task.version, task.dependents_count]);
  const nodes = new Map(data?.nodes.map((node) => [node.id, node]));
  const after = data ? downstream(task.id, data, nodes) : [];
  useBatches((batch) => concerns(batch, (changed) => after.some(({ id }) => id === changed)) && refresh());
  if (!joined && task.conditional_branches.length === 0 && task.parent_id === null) return null;

  return html`
    <section class="panel around" aria-labelledby="around">
      <div class="panel-head"><h2 id="around">Before and after it</h2></div>
      ${task.parent_id && html`<p class="panel-note">A branch of <a class="mono" href=${taskHref(task.parent_id)}>${task.parent_id}</a> made it.</p>`}
      <div class="around-sides">
        <${Side}
          title="It waits for"
          neighbours=${upstream(task, nodes)}
          more=${task.dependencies.length >= MOST_TOLD ? `Only the first ${count(MOST_TOLD)} are told.` : ''}
          none="Nothing: no dependencies."
        />
        <${Downstream} task=${task} known=${after} told=${data !== null} error=${error} />
      </div>
      ${task.conditional_branches.length > 0 && html`<${Branches} task=${task} raw=${raw} />`}
    </section>
  `;
}

/** @param {{ task: Task, known: Neighbour[], told: boolean, error: Error | null }} props */
function Downstream({ task, known, told, error }) {
  const missing = task.dependents_count - known.length;
  const many = task.dependents_count > MOST_TOLD ? `more than ${count(MOST_TOLD)} tasks` : counted(task.dependents_count, 'task');
  const unnamed = error ? `${many}. Which could not be loaded: ${error.message}` : told ? `${many}, not all of them in the part of the workflow that is told.` : `${many}.`;
  return html`<${Side} title="Waits for it" neighbours=${known} more=${missing > 0 ? unnamed : ''} none=${task.dependents_count > 0 ? '' : 'Nothing.'} />`;
}

/** @param {{ title: string, neighbours: Neighbour[], more: string, none: string }} props */
function Side({ title, neighbours, more, none }) {
  const [all, setAll] = useState(false);
  const shown = all ? neighbours : neighbours.slice(0, MOST_AT_FIRST);
  return html`
    <div>
      <h3>${title}</h3>
      ${neighbours.length === 0 && none && html`<p class="quiet">${none}</p>`}
      <ul class="neighbours">
        ${shown.map((neighbour) => html`<${Row} key=${neighbour.id} neighbour=${neighbour} />`)}
      </ul>
      ${neighbours.length > shown.length &&
      html`<button type="button" class="small" onClick=${() => setAll(true)}>and ${count(neighbours.length - shown.length)} more</button>`}
      ${more && html`<p class="quiet">${more}</p>`}
    </div>
  `;
}

/** @param {{ neighbour: Neighbour }} props */
const Row = ({ neighbour: { id, node, status, required, met, timeout } }) => html`
  <li>
    <span class="neighbour-status">
      ${status === null ? html`<span class="quiet">not stored any more</span>` : html`<${Status} task=${{ status, attempt_count: node?.attempt_count ?? 0 }} />`}
    </span>
    <a href=${taskHref(id)}><bdi>${node?.description ?? node?.action_name ?? ''}</bdi> <span class="mono">${id}</span></a>
    <span class="quiet">
      ${met ? 'met' : 'not met'}: ${required === 'ANY' ? 'however it ends' : `to be ${required}`}${timeout !== null && `, within ${duration(timeout)}`}
    </span>
  </li>
`;

/**
 * @param {Task} task
 * @param {Map<string, GraphNode>} nodes
 * @returns {Neighbour[]}
 */
const upstream = ({ dependencies }, nodes) =>
  dependencies.map(({ task_id: id, status, required_status: required, met, timeout_seconds: timeout }) => ({ id, node: nodes.get(id), status, required, met, timeout }));

/**
 * @param {string} id
 * @param {WorkflowGraph} graph
 * @param {Map<string, GraphNode>} nodes
 * @returns {Neighbour[]}
 */
const downstream = (id, { edges }, nodes) =>
  edges
    .filter((edge) => edge.kind === 'dependency' && edge.from === id)
    .map(({ to, required_status: required = 'COMPLETED', met, timeout_seconds: timeout = null }) => ({
      id: to ?? '',
      node: nodes.get(to ?? ''),
      status: nodes.get(to ?? '')?.status ?? null,
      required,
      met,
      timeout,
    }));

/** @param {{ task: Task, raw: Map<string, string> }} props */
function Branches({ task, raw }) {
  const [all, setAll] = useState(false);
  const written = rawElements(raw.get('conditional_branches') ?? '[]').map(rawMembers);
  const branches = task.conditional_branches.map((branch, at) => ({ branch, value: written[at]?.get('condition_value') }));
  const shown = all ? branches : branches.slice(0, MOST_AT_FIRST);
  return html`
    <div class="branches">
      <h3>Its branches, in order</h3>
      <ol>
        ${shown.map(
          ({ branch, value }, at) => html`
            <li key=${at}>
              <p><b>${taken(branch.taken)}</b> ${words(branch.condition_type).toLowerCase()}${value && value !== 'null' && html` <code><bdi>${value}</bdi></code>`} <${Target} branch=${branch} /></p>
              ${branch.error && html`<p class="warn-text"><bdi>${branch.error}</bdi></p>`}
            </li>
          `,
        )}
      </ol>
      ${branches.length > shown.length &&
      html`<button type="button" class="small" onClick=${() => setAll(true)}>and ${count(branches.length - shown.length)} more</button>`}
    </div>
  `;
}

/** @param {boolean | null} was */
const taken = (was) => (was === null ? 'Not decided yet:' : was ? 'Taken:' : 'Not taken:');

/** @param {{ branch: Task['conditional_branches'][number] }} props */
function Target({ branch: { task_to, next_task_id, next_task_template } }) {
  const id = task_to ?? next_task_id;
  const made = next_task_template && html`<bdi>${next_task_template.description ?? next_task_template.action_name}</bdi>`;
  if (id) return html`→ <a href=${taskHref(id)}>${made} <span class="mono">${id}</span></a>`;
  return made ? html`→ would make ${made}` : null;
}
