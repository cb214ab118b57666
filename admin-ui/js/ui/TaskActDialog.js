// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { send } from '../lib/api.js';
import { html } from '../lib/html.js';
import { Dialog } from './Dialog.js';
import { ReasonField, Tick } from './TextField.js';

/** @typedef {'retry' | 'cancel'} TaskAct */

const WORDS = {
  retry: { title: 'Retry task', act: 'Retry', meaning: 'It runs again with all its attempts, if it ended FAILED, SKIPPED or CANCELLED.' },
  cancel: { title: 'Cancel task', act: 'Cancel the task', meaning: 'If it waits it ends CANCELLED at once; if it runs it is interrupted and not tried again.' },
};

/**
 * Asks for the reason of something that is done to one task.
 * @param {{ id: string, act: TaskAct, close: () => void, says?: any, follows?: boolean, done?: () => void }} props
 *   `says`: what comes of it, where more is known; `follows`: whether something follows it that may be retried too
 */
export function TaskActDialog({ id, act, close, says, follows = false, done }) {
  const [reason, setReason] = useState('');
  const [downstream, setDownstream] = useState(false);
  const { title, act: verb, meaning } = WORDS[act];
  const answer = async () => {
    await send('POST', `/tasks/${encodeURIComponent(id)}/${act}`, { reason: reason.trim(), ...(downstream && { downstream }) });
    done?.();
  };
  return html`
    <${Dialog}
      title="${title} ${id}"
      act=${verb}
      harmful=${act === 'cancel'}
      send=${answer}
      close=${close}
      explain=${(/** @type {Error & { status?: number }} */ refusal) =>
        refusal.status === 409 && html`<p>Nothing was done: it stands otherwise than when you asked. Go back and look at it as it is now.</p>`}
    >
      <p>${says ?? meaning}</p>
      ${follows &&
      act === 'retry' &&
      html`<${Tick}
        label="Also what follows it"
        hint="Everything downstream that ended without success comes back as well."
        checked=${downstream}
        set=${setDownstream}
      />`}
      <${ReasonField} value=${reason} set=${setReason} hint="Kept in the audit." />
    <//>
  `;
}
