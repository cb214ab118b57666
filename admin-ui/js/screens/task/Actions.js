// @ts-check
/** What can be done to the task. What cannot now stands there, disabled, with the reason beside it. */
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { counted } from '../../lib/format.js';
import { obstacles } from '../../lib/taskActs.js';
import { href } from '../../router.js';
import { Act } from '../../ui/Act.js';
import { TaskActDialog } from '../../ui/TaskActDialog.js';
import { EditDialog } from './EditDialog.js';

/** @import { Task } from '../../lib/types.js' */

/** @typedef {'cancel' | 'retry' | 'edit'} Asked */

/** @type {{ act: Asked, name: string, look: string }[]} */
const ACTS = [
  { act: 'retry', name: 'Retry', look: '' },
  { act: 'edit', name: 'Edit', look: '' },
  { act: 'cancel', name: 'Cancel', look: 'harmful' },
];

/** @param {{ task: Task, raw: Map<string, string>, changed: () => void }} props */
export function Actions({ task, raw, changed }) {
  // as it stood when the question was asked: an edit is of the version that was seen
  const [asked, setAsked] = useState(/** @type {{ act: Asked, task: Task, raw: Map<string, string> } | null} */ (null));
  const against = obstacles(task);
  const impossible = [...ACTS.map(({ act, name }) => ({ name, why: against[act] })), { name: 'Approve or reject', why: against.decide }].filter(({ why }) => why);
  const close = () => {
    setAsked(null);
    changed();
  };
  return html`
    <section class="panel task-acts" aria-label="Actions">
      <div class="form-end">
        ${against.decide === null
          ? html`<a class="button" href=${href(`/approvals/${encodeURIComponent(task.id)}`)}>Approve or reject…</a>`
          : html`<button type="button" disabled title="Not now: ${against.decide}">Approve or reject…</button>`}
        ${ACTS.map(
          ({ act, name, look }) => html`
            <${Act}
              key=${act}
              role="OPERATOR"
              class=${look}
              title=${against[act] ? `Not now: ${against[act]}` : undefined}
              disabled=${against[act] !== null}
              onClick=${() => setAsked({ act, task, raw })}
            >
              ${name}…
            <//>
          `,
        )}
      </div>
      ${impossible.length > 0 &&
      html`<ul class="quiet not-now" aria-label="Not now">${impossible.map(({ name, why }) => html`<li key=${name}><b>${name}</b>: ${why}</li>`)}</ul>`}
      ${asked?.act === 'edit' && html`<${EditDialog} task=${asked.task} raw=${asked.raw} close=${close} />`}
      ${(asked?.act === 'cancel' || asked?.act === 'retry') &&
      html`<${TaskActDialog}
        id=${asked.task.id}
        act=${asked.act}
        says=${consequence(asked.act, asked.task)}
        follows=${asked.task.dependents_count > 0 || asked.task.conditional_branches.length > 0}
        close=${close}
      />`}
    </section>
  `;
}

/**
 * What comes of it, and for how many.
 * @param {'cancel' | 'retry'} act
 * @param {Task} task
 */
function consequence(act, { status, max_attempts, dependents_count: waiting }) {
  const many = waiting > 1000 ? 'More than 1,000 tasks wait' : `${counted(waiting, 'task')} ${waiting === 1 ? 'waits' : 'wait'}`;
  if (act === 'retry') {
    const after = waiting === 0 ? '' : ` ${many} for it and can go on once it ends as they ask.`;
    return `It runs again with ${counted(max_attempts, 'more attempt')}, once what it waits for is met. Its history stays.${after}`;
  }
  const itself = status === 'IN_PROGRESS' ? 'It is interrupted within a second and not tried again: what it has done so far stays done.' : 'It ends CANCELLED at once and never starts.';
  const after = waiting === 0 ? 'Nothing waits for it.' : `${many} for it: each goes on only if it asked for CANCELLED or ANY; else it stays BLOCKED, or ends SKIPPED if it was submitted so.`;
  return `${itself} ${after}`;
}
