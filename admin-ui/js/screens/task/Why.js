// @ts-check
/** Why the task stands where it stands: every reason with its numbers, and what the gate and people decided about it. */
import { useEffect } from '../../../vendor/hooks.module.js';
import { fetchExplanation } from '../../lib/api.js';
import { useEvery } from '../../lib/every.js';
import { words } from '../../lib/format.js';
import { fetchDecisions } from '../../lib/gate.js';
import { html } from '../../lib/html.js';
import { useResource } from '../../lib/resource.js';
import { hasEnded } from '../../lib/status.js';
import { taskHref } from '../../router.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { Decisions } from './Decisions.js';

/** @import { Decision, ExplainReason, Explanation, Said, Task } from '../../lib/types.js' */

/** What holds a task may change without it: limits, holds, other tasks. */
const WAITING_EVERY_MS = 5000;

/** Members that name another task. */
const TASKS = ['upstream_id', 'because_of_id', 'source_id'];

/** @param {{ task: Task }} props */
export function Why({ task }) {
  const { data, error, refresh } = useResource(`why ${task.id}`, (signal) => fetchWhy(task.id, signal));
  const waits = !hasEnded(task.status);
  useEffect(refresh, [task.status, task.version, task.attempt_count]);
  useEvery(waits ? WAITING_EVERY_MS : 0, refresh);
  return html`
    <section class="panel why" aria-labelledby="why">
      <div class="panel-head"><h2 id="why">${waits ? 'Why it stands here' : 'How it came to this'}</h2></div>
      ${data && error && html`<p class="panel-note warn-text" role="alert">Not up to date: ${error.message}</p>`}
      ${data
        ? html`
            <${Reasons} explanation=${data.explanation} />
            <${Decisions} items=${data.items} approvals=${data.approvals} />
          `
        : error
          ? html`<${Failure} what="The reasons could not be loaded." error=${error} retry=${refresh} />`
          : html`<${Loading} lines=${3} />`}
    </section>
  `;
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<{ explanation: Explanation, items: Decision[], approvals: Said[] }>}
 */
async function fetchWhy(id, signal) {
  const [explanation, decisions] = await Promise.all([fetchExplanation(id, signal), fetchDecisions(id, signal)]);
  return { explanation, ...decisions };
}

/** @param {{ explanation: Explanation }} props */
const Reasons = ({ explanation: { reasons, summary } }) => html`
  ${reasons.length === 0 && html`<p class="panel-note"><bdi>${summary}</bdi></p>`}
  <ol class="reasons">
    ${reasons.map((reason, at) => html`<${Reason} key=${`${reason.code} ${at}`} reason=${reason} />`)}
  </ol>
`;

/** @param {{ reason: ExplainReason }} props */
function Reason({ reason }) {
  const { code, message, ...numbers } = reason;
  const facts = Object.entries(numbers).filter(([, value]) => value !== null);
  return html`
    <li>
      <p><b>${words(code)}</b> <bdi>${message}</bdi></p>
      ${facts.length > 0 &&
      html`
        <details class="reason-facts">
          <summary>The numbers<span class="sr-only"> of ${words(code)}</span></summary>
          <dl>${facts.map(([name, value]) => html`<div key=${name}><dt>${words(name)}</dt><dd><${Value} name=${name} value=${value} /></dd></div>`)}</dl>
        </details>
      `}
    </li>
  `;
}

/** @param {{ name: string, value: unknown }} props */
function Value({ name, value }) {
  if (TASKS.includes(name)) return html`<a class="mono" href=${taskHref(String(value))}>${value}</a>`;
  if (Array.isArray(value)) return html`<bdi>${value.map((each) => (typeof each === 'object' ? JSON.stringify(each) : each)).join(', ') || 'none'}</bdi>`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return html`<bdi>${typeof value === 'object' ? JSON.stringify(value) : String(value)}</bdi>`;
}
