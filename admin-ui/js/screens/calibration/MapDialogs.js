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
    done(version === null ? `No map is in force for ${whose(of.action)} now: what is stated counts.` : `Version ${version} is in force again for ${whose(of.action)}.`);
  };
  return html`
    <${Dialog} title="Take map ${of.version} back" act="Roll back" harmful send=${rollBack} close=${close}>
      <p>
        For ${whose(of.action)}, the version before it is in force again, or none where there was none. What waits is decided about anew where the
        policy compares calibrated confidences, and the nightly fit leaves it alone until a person publishes again.
      </p>
      <${ReasonField} value=${reason} set=${setReason} hint="Kept with the publication and in the audit." />
    <//>
  `;
}
