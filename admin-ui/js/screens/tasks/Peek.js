// @ts-check
/** The essentials of a task beside the list, which stays where it is. */
import { fetchTask } from '../../lib/api.js';
import { html } from '../../lib/html.js';
import { ABSENT, words } from '../../lib/format.js';
import { prettyJson } from '../../lib/json.js';
import { concerns, useBatches } from '../../lib/live.js';
import { useResource } from '../../lib/resource.js';
import { taskHref } from '../../router.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { Status } from '../../ui/Status.js';
import { Age, Elapsed } from '../../ui/Time.js';
import { open } from './place.js';

/** @import { Task } from '../../lib/types.js' */

const MOST_SHOWN = 2000;

/** @param {{ id: string, close: () => void }} props */
export function Peek({ id, close }) {
  const { data, error, stale, refresh } = useResource(`peek ${id}`, (signal) => fetchTask(id, signal));
  useBatches((batch) => concerns(batch, (changed) => changed === id) && refresh());
  const shown = stale ? null : data;
  return html`
    <section class="peek panel" aria-label="Peek at task ${id}">
      <div class="panel-head">
        <h2><a class="mono" href=${taskHref(id)} onClick=${() => open(id)}>${id}</a></h2>
        <button type="button" class="small" onClick=${close} title="Shortcut: Space or Esc">Close</button>
      </div>
      <div aria-live="polite">
        ${shown && html`<${Essentials} task=${shown.task} raw=${shown.raw} />`}
        ${!shown && (error ? html`<${Failure} what="The task could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${6} />`)}
      </div>
    </section>
  `;
}

/** @param {{ task: Task, raw: Map<string, string> }} props */
const Essentials = ({ task, raw }) => html`
  <div class="peek-body">
    <p class="peek-title"><${Status} task=${task} /> <bdi>${task.description ?? task.action_name}</bdi></p>
    ${task.reason && html`<p><b>Reason</b> <bdi>${task.reason}</bdi></p>`}
    ${task.error && html`<pre class="peek-error" tabindex="0" aria-label="Error">${cut(task.error)}</pre>`}
    <dl>
      <${Fact} name="Action"><bdi>${task.action_name}</bdi><//>
      <${Fact} name="Queue"><bdi>${task.queue}</bdi><//>
      <${Fact} name="Workflow"><bdi class="mono">${task.workflow_id}</bdi><//>
      <${Fact} name="Priority">${words(task.priority)}<//>
      <${Fact} name="Risk">${words(task.risk_level)}<//>
      <${Fact} name="Confidence">${task.confidence_score ?? 'not given'}<//>
      <${Fact} name="Attempts">${task.attempt_count} of ${task.max_attempts}<//>
      <${Fact} name="Created"><span><${Age} at=${task.created_at} /> by <bdi>${task.created_by ?? ABSENT}</bdi></span><//>
      ${task.run_at && html`<${Fact} name="Due"><${Age} at=${task.run_at} /><//>`}
      ${task.started_at && html`<${Fact} name="Started"><${Age} at=${task.started_at} /><//>`}
      ${task.started_at && html`<${Fact} name="Took"><${Elapsed} from=${task.started_at} to=${task.completed_at} /><//>`}
    </dl>
    <h3>Parameters</h3>
    <pre tabindex="0" aria-label="Parameters">${cut(prettyJson(raw.get('action_params') ?? '{}'))}</pre>
    ${(raw.get('result') ?? 'null') !== 'null' && html`<h3>Result</h3><pre tabindex="0" aria-label="Result">${cut(prettyJson(raw.get('result') ?? ''))}</pre>`}
  </div>
`;

/** @param {{ name: string, children?: any }} props */
const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** @param {string} text */
const cut = (text) => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)} …` : text);
