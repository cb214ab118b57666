// @ts-check
import { VERDICTS } from '../../lib/approvals.js';
import { html } from '../../lib/html.js';
import { taskHref } from '../../router.js';
import { Status } from '../../ui/Status.js';
import { Age } from '../../ui/Time.js';

/** @import { Said, Task } from '../../lib/types.js' */

/**
 * A task that does not wait any more: how it stands, and who was faster.
 * @param {{ task: Task, said: Said[] }} props
 */
export function Over({ task, said }) {
  const last = said.at(-1);
  return html`
    <section class="panel over" role="status">
      <h2><bdi>${task.description ?? task.action_name}</bdi></h2>
      <p>It does not wait for a decision any more. <${Status} task=${task} /></p>
      ${last &&
      html`<p>${VERDICTS[last.verdict] ?? last.verdict} by <bdi>${last.by}</bdi> <${Age} at=${last.at} />: <bdi>${last.reason}</bdi></p>`}
      ${!last && html`<p>Nobody decided about it: its confidence, the policy, its expiry or a cancellation did.</p>`}
      ${!last && task.reason && html`<p class="quiet"><bdi>${task.reason}</bdi></p>`}
      <p><a href=${taskHref(task.id)}>Show the task</a></p>
    </section>
  `;
}
