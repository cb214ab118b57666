// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { judgeOutcome } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { Act } from '../../ui/Act.js';
import { Dialog } from '../../ui/Dialog.js';
import { ReasonField } from '../../ui/TextField.js';
import { Age } from '../../ui/Time.js';

/** @import { Task } from '../../lib/types.js' */

const VERDICTS = [
  { name: 'correct', meaning: 'what was done was right, whatever the action answered' },
  { name: 'wrong', meaning: 'what was done was wrong, whatever the action answered' },
  { name: 'reverted', meaning: 'it was undone since; counts as wrong' },
];

/** Only what ran for real and stated a confidence counts in calibration. @param {Task} task */
export const canBeJudged = ({ status, confidence_score, dry_run, outcome }) =>
  outcome !== null || ((status === 'COMPLETED' || status === 'FAILED') && confidence_score !== null && !dry_run);

/** Whether what an action did was right, as people see it. @param {{ task: Task, changed: () => void }} props */
export function Judgement({ task, changed }) {
  const [asking, setAsking] = useState(false);
  const { outcome, status } = task;
  return html`
    <section class="panel judgement" aria-label="Verdict">
      ${outcome
        ? html`
            <p>
              <b>Judged ${outcome.verdict}</b> by <bdi>${outcome.by}</bdi> <${Age} at=${outcome.at} />${outcome.reason && html`: <bdi>${outcome.reason}</bdi>`}
              <span class="quiet">${` Calibration counts it as a ${outcome.verdict === 'correct' ? 'success' : 'failure'}, whatever attempt ${outcome.attempt} answered.`}</span>
            </p>
          `
        : html`<p>Was it right? <span class="quiet">Calibration counts it as a ${status === 'COMPLETED' ? 'success' : 'failure'}, as it ended, until somebody says otherwise.</span></p>`}
      <${Act} role="OPERATOR" or="APPROVER" class="small" onClick=${() => setAsking(true)}>${outcome ? 'Judge again…' : 'Judge…'}<//>
      ${asking && html`<${JudgeDialog} task=${task} close=${() => setAsking(false)} done=${changed} />`}
    </section>
  `;
}

/** @param {{ task: Task, close: () => void, done: () => void }} props */
function JudgeDialog({ task, close, done }) {
  const [verdict, setVerdict] = useState('');
  const [reason, setReason] = useState('');
  const judge = async () => {
    await judgeOutcome(task.id, { verdict, reason: reason.trim() });
    done();
  };
  return html`
    <${Dialog} title="Judge ${task.description ?? task.action_name}" act=${verdict ? `Judge it ${verdict}` : 'Judge'} ready=${verdict !== ''} send=${judge} close=${close}>
      <fieldset class="roles">
        <legend>What was done was</legend>
        ${VERDICTS.map(
          ({ name, meaning }) => html`
            <label key=${name} class="verdict-choice">
              <input type="radio" name="verdict" value=${name} checked=${verdict === name} onChange=${() => setVerdict(name)} />
              <span><b>${name}</b><br /><span class="quiet">${meaning}</span></span>
            </label>
          `,
        )}
      </fieldset>
      <${ReasonField} value=${reason} set=${setReason} hint="Kept with the verdict and in the audit." />
    <//>
  `;
}
