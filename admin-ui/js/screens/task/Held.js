// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { approveTask, rejectTask } from '../../lib/api.js';
import { counted } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { href } from '../../router.js';
import { Field } from '../../ui/Field.js';
import { Moment } from '../../ui/Time.js';
import { Rationale } from './Rationale.js';

/** @import { Evidence, Task } from '../../lib/types.js' */

const SHORT_DIGEST = 12;

/**
 * A task that the gate holds: why, what its submitter says, and what a person can decide.
 * @param {{ task: Task, evidence: Evidence, refresh: () => void }} props
 */
export const Held = ({ task, evidence, refresh }) => {
  const { decision, approvals, expires_at, said, dependents, outcomes_30_days } = evidence;
  return html`
    <section class="panel held" aria-label="Waits for a decision">
      <div class="panel-head"><h2>Waits for a decision</h2></div>
      <p class="held-why"><bdi>${decision.reason}</bdi></p>
      <dl>
        <div><dt>Policy</dt><dd>version ${decision.policy_version}</dd></div>
        <div><dt>Approvals</dt><dd>${approvalsText(approvals)}${groupsText(decision.groups)}</dd></div>
        <div>
          <dt>Expires</dt>
          <dd>${expires_at ? html`<${Moment} at=${expires_at} />, and counts as rejected then` : 'never'}</dd>
        </div>
        <div>
          <dt>Payload</dt>
          <dd class="mono" title=${task.payload_digest}>${task.payload_digest?.slice(0, SHORT_DIGEST)}</dd>
        </div>
        <div><dt>This action, 30 days</dt><dd>${outcomesText(outcomes_30_days)}</dd></div>
        ${dependents.length > 0 &&
        html`
          <div>
            <dt>Waits for it</dt>
            <dd>
              ${dependents.map(
                ({ id, action_name, description }) => html`<a key=${id} href=${href(`/tasks/${id}`)}><bdi>${description ?? action_name}</bdi></a> `,
              )}
            </dd>
          </div>
        `}
        <${Rationale} task=${task} />
        ${said
          .filter(({ payload_digest }) => payload_digest === task.payload_digest)
          .map(
            ({ by, verdict, reason }, index) => html`
              <div key=${index}><dt>${VERDICTS[verdict] ?? verdict}</dt><dd>by <bdi>${by}</bdi>: <bdi>${reason}</bdi></dd></div>
            `,
          )}
      </dl>
      <${Decide} task=${task} approvable=${approvals.needed > 0} refresh=${refresh} />
    </section>
  `;
};

/** @type {Record<string, string>} */
const VERDICTS = { APPROVE: 'Approved', APPROVE_DRY_RUN: 'Approved dry', REJECT: 'Rejected' };

/** @param {Evidence['approvals']} approvals */
const approvalsText = ({ given, needed }) =>
  needed === 0 ? 'nobody can approve it; a higher confidence lets it go on' : `${given} of ${counted(needed, 'approval')} given`;

/** @param {Record<string, number>} counts by outcome */
const outcomesText = (counts) =>
  Object.entries(counts)
    .map(([outcome, n]) => `${n.toLocaleString('en')} ${outcome}`)
    .join(', ') || 'never ran';

/** @param {string[]} groups */
const groupsText = (groups) => (groups.length > 0 ? `, by ${groups.join(', ')}` : '');

/** @param {{ task: Task, approvable: boolean, refresh: () => void }} props */
function Decide({ task, approvable, refresh }) {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState('');
  const [refused, setRefused] = useState('');
  const [sending, setSending] = useState(false);

  /** @param {() => Promise<unknown>} send */
  async function decide(send) {
    setRefused('');
    setMissing(reason.trim() ? '' : 'Say why: it is kept with the decision.');
    if (sending || !reason.trim()) return;
    setSending(true);
    await send().then(
      () => setReason(''),
      (refusal) => setRefused(refusal.message),
    );
    setSending(false);
    refresh();
  }

  // of what is shown: the server refuses when it is something else by now
  const seen = { payload_digest: task.payload_digest, reason };
  return html`
    <div class="decide">
      ${refused && html`<p class="form-error" role="alert"><bdi>${refused}</bdi></p>`}
      <${Field}
        label="Reason"
        error=${missing}
        control=${(/** @type {object} */ rest) => html`
          <input
            ...${rest}
            value=${reason}
            maxlength="1000"
            autocomplete="off"
            required
            onInput=${(/** @type {any} */ event) => setReason(event.target.value)}
          />
        `}
      />
      <div class="form-end">
        ${approvable &&
        html`
          <button type="button" class="primary" disabled=${sending} onClick=${() => decide(() => approveTask(task.id, seen))}>Approve</button>
          <button type="button" disabled=${sending} onClick=${() => decide(() => approveTask(task.id, { ...seen, dry_run: true }))}>
            Approve as dry run
          </button>
        `}
        <button type="button" class="harmful" disabled=${sending} onClick=${() => decide(() => rejectTask(task.id, seen))}>Reject</button>
      </div>
    </div>
  `;
}
