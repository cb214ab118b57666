// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { publishMap, rollBackMap } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { rate } from '../../lib/rates.js';
import { Dialog } from '../../ui/Dialog.js';
import { ReasonField } from '../../ui/TextField.js';

/** @import { CalibrationMap, InForce } from '../../lib/calibrationTypes.js' */

/** @param {string | null} action */
const whose = (action) => (action === null ? 'all actions that have no map of their own' : action);

/** @param {string | null} action */
const withoutMap = (action) =>
  action === null ? 'No map of all actions is in force now: without a map of its own, what is stated counts.' : `${action} has no map of its own now: that of all actions counts, if there is one.`;

/** @param {{ map: CalibrationMap, close: () => void, done: (words: string) => void }} props */
export function PublishDialog({ map, close, done }) {
  const [reason, setReason] = useState('');
  const publish = async () => {
    await publishMap(map.version, reason.trim());
    done(`Version ${map.version} is in force for ${whose(map.action)}.`);
  };
  return html`
    <${Dialog} title="Put map ${map.version} in force" act="Put in force" send=${publish} close=${close}>
      <p>For ${whose(map.action)}. Where the policy compares calibrated confidences, everything that waits is decided about anew.</p>
      <p>It moves confidences by up to ${rate(map.scores.largest_step)} from the map that was in force when it was fitted.</p>
      ${!map.scores.guard_passed && html`<p class="warn-text">It did not pass its validation: ${map.scores.guard}.</p>`}
      <${ReasonField} value=${reason} set=${setReason} hint="Kept with the publication and in the audit." />
    <//>
  `;
}

/** @param {{ of: InForce, close: () => void, done: (words: string) => void }} props */
export function RollbackDialog({ of, close, done }) {
  const [reason, setReason] = useState('');
  const rollBack = async () => {
    const { version } = await rollBackMap(of.action, reason.trim());
    done(version === null ? withoutMap(of.action) : `Version ${version} is in force again for ${whose(of.action)}.`);
  };
  return html`
    <${Dialog} title="Take map ${of.version} back" act="Roll back" harmful send=${rollBack} close=${close}>
      <p>
        For ${whose(of.action)}, the version before it is in force again, or none where there was none${of.action !== null && ', and then that of all actions'}. What waits is decided about anew where the
        policy compares calibrated confidences, and the nightly fit leaves it alone until a person publishes again.
      </p>
      <${ReasonField} value=${reason} set=${setReason} hint="Kept with the publication and in the audit." />
    <//>
  `;
}
