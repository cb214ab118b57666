// @ts-check
/** One held task with the evidence, what it would do, and what was said of it so far. */
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { fetchDecisions, fetchEvidence } from '../../lib/gate.js';
import { fetchTask } from '../../lib/api.js';
import { concerns, useBatches } from '../../lib/live.js';
import { useResource } from '../../lib/resource.js';
import { taskHref } from '../../router.js';
import { Banner } from '../../ui/Banner.js';
import { Failure, Loading, Notice } from '../../ui/Notice.js';
import { Payload } from '../../ui/Payload.js';
import { Held } from './Held.js';
import { History } from './History.js';
import { Outcomes } from './Outcomes.js';
import { Over } from './Over.js';

/** @import { Evidence } from '../../lib/types.js' */

/** @param {{ id: string, decided: (what: string) => void }} props */
export function Case({ id, decided }) {
  const { data, error, refresh } = useResource(`approval ${id}`, (signal) => fetchCase(id, signal));
  useBatches((batch) => concerns(batch, (changed) => changed === id) && refresh());
  if (!data) {
    if (error) return html`<section class="panel"><${Missing} id=${id} error=${error} retry=${refresh} /></section>`;
    return html`<section class="panel"><${Loading} lines=${8} /></section>`;
  }
  return html`
    ${error && html`<p class="warn-text" role="alert">Not up to date: ${error.message}</p>`}
    ${data.evidence
      ? html`<${Waiting} evidence=${data.evidence} decided=${decided} moved=${refresh} />`
      : html`<${Over} task=${data.task} said=${data.decisions.approvals} />`}
    <${History} decisions=${data.decisions} />
  `;
}

/** @param {{ id: string, error: Error & { status?: number }, retry: () => void }} props */
const Missing = ({ id, error, retry }) =>
  error.status === 404
    ? html`<${Notice} title="There is no task ${id}."><p>It may have been removed after its retention, or the address is mistyped.</p><//>`
    : html`<${Failure} what="The task could not be loaded." error=${error} retry=${retry} />`;

/**
 * @param {string} id
 * @param {AbortSignal} signal
 */
async function fetchCase(id, signal) {
  const [{ task }, decisions] = await Promise.all([fetchTask(id, signal), fetchDecisions(id, signal)]);
  const evidence = task.status === 'DEFERRED' ? await fetchEvidence(id, signal) : null;
  return { evidence, task, decisions };
}

/** @param {{ evidence: Evidence, decided: (what: string) => void, moved: () => void }} props */
function Waiting({ evidence, decided, moved }) {
  const [read, setRead] = useState(evidence.payload_digest);
  const { id, description, action_name, created_by, plan, params } = evidence;
  return html`
    <div class="case-head">
      <h2 class="case-title"><bdi>${description ?? action_name}</bdi></h2>
      <a href=${taskHref(id)}>Task <span class="mono">${id}</span></a>
      <span class="quiet">action <bdi>${action_name}</bdi>, submitted by <bdi>${created_by}</bdi></span>
    </div>
    ${read !== evidence.payload_digest &&
    html`
      <${Banner} tone="warn" act=${html`<button type="button" class="small" onClick=${() => setRead(evidence.payload_digest)}>I have read it</button>`}>
        What would run was changed while you looked at it. Read it again before you decide.
      <//>
    `}
    <${Held} evidence=${evidence} decided=${decided} moved=${moved}>
      ${plan && plan !== 'null' && html`<${Payload} title="What it would do" text=${plan} />`}
      <${Payload} title="Parameters" text=${params} />
    <//>
    <${Outcomes} evidence=${evidence} />
  `;
}
