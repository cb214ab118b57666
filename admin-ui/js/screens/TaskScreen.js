// @ts-check
/** One task: where it stands, its attempts, what went in and what came out. */
import { useState } from '../../vendor/hooks.module.js';
import { fetchAttempts, fetchTask } from '../lib/api.js';
import { useEvery } from '../lib/every.js';
import { fetchEvidence } from '../lib/gate.js';
import { html } from '../lib/html.js';
import { concerns, useBatches } from '../lib/live.js';
import { useResource } from '../lib/resource.js';
import { hasEnded } from '../lib/status.js';
import { useTitle } from '../lib/title.js';
import { useKeys } from '../keys.js';
import { back, href } from '../router.js';
import { LiveControl } from '../ui/Live.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { Payload } from '../ui/Payload.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Status } from '../ui/Status.js';
import { Held } from './approvals/Held.js';
import { Actions } from './task/Actions.js';
import { Around } from './task/Around.js';
import { Attempts } from './task/Attempts.js';
import { ErrorText } from './task/ErrorText.js';
import { Facts } from './task/Facts.js';
import { Judgement, canBeJudged } from './task/Judgement.js';
import { Progress } from './task/Progress.js';
import { TaskAudit } from './task/TaskAudit.js';
import { Why } from './task/Why.js';
import { Rationale, isSaid } from './approvals/Rationale.js';

/** @import { Attempt, Evidence, Metrics, Task } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

/** Progress and log lines of a running task make no change of status, so the stream does not tell them. */
const RUNNING_EVERY_MS = 2000;

/** @typedef {{ task: Task, raw: Map<string, string>, attempts: Attempt[], evidence: Evidence | null }} TaskView */

/** @param {{ id: string, metrics: Resource<Metrics> }} props */
export function TaskScreen({ id, metrics }) {
  const { data, error, refresh } = useResource(`task ${id}`, (signal) => fetchView(id, signal));
  useBatches((batch) => concerns(batch, (changed) => changed === id || (data?.task.dependencies.some(({ task_id }) => task_id === changed) ?? false)) && refresh());
  useEvery(data?.task.status === 'IN_PROGRESS' ? RUNNING_EVERY_MS : 0, refresh);
  useKeys({ Escape: () => back(href('/tasks')) });
  useTitle(`Task ${id}`);

  const title = data?.task.description || data?.task.action_name || 'Task';
  return html`
    <nav class="crumbs" aria-label="Where"><a href=${href('/tasks')}>Tasks</a> / <span class="mono">${id}</span></nav>
    <${ScreenHead} title=${title} beside=${data && html`<${Status} task=${data.task} />`}>
      <${LiveControl} failing=${metrics.error !== null} />
    <//>
    ${data && error && html`<p class="warn-text" role="alert">Not up to date: ${error.message}</p>`}
    ${data && html`<${Details} view=${data} refresh=${refresh} />`}
    ${!data && (error ? html`<${Missing} id=${id} error=${error} retry=${refresh} />` : html`<${Loading} lines=${8} />`)}
  `;
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<TaskView>}
 */
async function fetchView(id, signal) {
  const [{ task, raw }, attempts] = await Promise.all([fetchTask(id, signal), fetchAttempts(id, signal)]);
  const evidence = task.status === 'DEFERRED' ? await fetchEvidence(id, signal) : null;
  return { task, raw, attempts: attempts.toSorted((one, other) => one.attempt - other.attempt), evidence };
}

/** @param {{ view: TaskView, refresh: () => void }} props */
function Details({ view: { task, raw, attempts, evidence }, refresh }) {
  const [acts, setActs] = useState(0);
  const ended = hasEnded(task.status);
  const changed = () => {
    setActs((before) => before + 1);
    refresh();
  };
  return html`
    ${evidence &&
    html`
      <${Held} evidence=${evidence} decided=${changed} moved=${changed}>
        ${evidence.plan && evidence.plan !== 'null' && html`<${Payload} title="What it would do" text=${evidence.plan} />`}
      <//>
    `}
    <${Actions} task=${task} raw=${raw} changed=${changed} />
    ${task.reason && !evidence && html`<p class="reason"><b>Reason</b> <bdi>${task.reason}</bdi></p>`}
    <${Facts} task=${task} />
    ${!ended && html`<${Why} task=${task} />`}
    ${canBeJudged(task) && html`<${Judgement} task=${task} changed=${changed} />`}
    ${!evidence &&
    isSaid(task) &&
    html`
      <section class="panel said">
        <div class="panel-head"><h2>What its submitter says</h2></div>
        <dl><${Rationale} task=${task} /></dl>
      </section>
    `}
    ${task.progress && html`<${Progress} progress=${task.progress} />`}
    ${task.error &&
    task.error !== attempts.at(-1)?.error &&
    html`
      <section class="panel">
        <div class="panel-head"><h2>Error</h2></div>
        <${ErrorText} text=${task.error} />
      </section>
    `}
    <${Attempts} task=${task} attempts=${attempts} />
    ${ended && html`<${Why} task=${task} />`}
    <${Around} task=${task} raw=${raw} />
    <div class="texts">
      ${[
        ['Parameters', 'action_params'],
        ['Result', 'result'],
        ['Metadata', 'metadata'],
      ].map(([title, member]) => html`<${Payload} key=${member} title=${title} text=${raw.get(member)} />`)}
    </div>
    <${TaskAudit} task=${task} acts=${acts} />
  `;
}

/** @param {{ id: string, error: Error & { status?: number }, retry: () => void }} props */
function Missing({ id, error, retry }) {
  if (error.status !== 404) return html`<${Failure} what="The task could not be loaded." error=${error} retry=${retry} />`;
  return html`
    <${Notice} title="There is no task ${id}.">
      <p>It may have been removed after its retention, or the address is mistyped.</p>
      <a class="button" href=${href('/tasks')}>Show the tasks</a>
    <//>
  `;
}
