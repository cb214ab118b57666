// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { meaningOf } from '../../lib/approvals.js';
import { html } from '../../lib/html.js';
import { approveTask, rejectTask, stateConfidence } from '../../lib/gate.js';
import { Dialog } from '../../ui/Dialog.js';
import { ReasonField, TextField } from '../../ui/TextField.js';

/** @import { Evidence } from '../../lib/types.js' */

/** @typedef {'approve' | 'dry' | 'reject' | 'confidence'} Choice */

/** @type {Record<Choice, { title: string, act: string, done: string }>} */
const WORDS = {
  approve: { title: 'Approve', act: 'Approve', done: 'Approved' },
  dry: { title: 'Approve as dry run', act: 'Approve as dry run', done: 'Approved as dry run' },
  reject: { title: 'Reject', act: 'Reject', done: 'Rejected' },
  confidence: { title: 'Change the confidence of', act: 'Change', done: 'Confidence changed' },
};

/**
 * @param {{ choice: Choice, evidence: Evidence, decided: (what: string) => void, close: () => void }} props
 */
export function DecisionDialog({ choice, evidence, decided, close }) {
  const { id, description, action_name, payload_digest } = evidence;
  const [reason, setReason] = useState('');
  const [confidence, setConfidence] = useState(String(evidence.confidence_score ?? ''));
  const { title, act, done } = WORDS[choice];
  const send = async () => {
    const seen = { payload_digest, reason: reason.trim() };
    if (choice === 'reject') await rejectTask(id, seen);
    else if (choice === 'confidence') await stateConfidence(id, { confidence_score: Number(confidence), reason: reason.trim() });
    else await approveTask(id, choice === 'dry' ? { ...seen, dry_run: true } : seen);
    decided(done);
  };
  return html`
    <${Dialog}
      title="${title} ${description ?? action_name}"
      act=${act}
      harmful=${choice === 'reject'}
      send=${send}
      close=${close}
      explain=${(/** @type {Error} */ refusal) => html`<p>${meaningOf(refusal)}</p>`}
    >
      <p>${consequence(choice, evidence)}</p>
      ${choice === 'confidence' &&
      html`<${TextField}
        label="Confidence"
        hint="From 0 to 1: how sure you are that it will succeed."
        type="number"
        min="0"
        max="1"
        step="any"
        required
        value=${confidence}
        set=${setConfidence}
      />`}
      <${ReasonField} value=${reason} set=${setReason} hint="Kept with the decision and in the audit." />
    <//>
  `;
}

/**
 * What comes of it.
 * @param {Choice} choice
 * @param {Evidence} evidence
 */
function consequence(choice, { approvals: { given, needed }, dependents }) {
  if (choice === 'reject') {
    const waiting = dependents.length === 0 ? '' : ` ${dependents.length === 1 ? 'The task that waits' : 'Tasks that wait'} for it will not get what they wait for.`;
    return `It ends SKIPPED and never runs.${waiting}`;
  }
  if (choice === 'confidence') return 'The gate decides anew at once: with a confidence that is high enough it starts.';
  const rest = needed - given - 1;
  const run = choice === 'dry' ? 'it only says what it would do' : 'it runs for real';
  return rest > 0 ? `${rest === 1 ? 'One more person has' : `${rest} more people have`} to approve it then; after that ${run}.` : `It starts at once, and ${run}.`;
}
