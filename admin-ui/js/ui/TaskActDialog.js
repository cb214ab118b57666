// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { send } from '../lib/api.js';
import { html } from '../lib/html.js';
import { Dialog } from './Dialog.js';
import { ReasonField } from './TextField.js';

/** @typedef {'retry' | 'cancel'} TaskAct */

const WORDS = {
  retry: { title: 'Retry task', act: 'Retry', meaning: 'It runs again with all its attempts, if it ended FAILED, SKIPPED or CANCELLED.' },
  cancel: { title: 'Cancel task', act: 'Cancel the task', meaning: 'If it waits it ends CANCELLED at once; if it runs it is interrupted and not tried again.' },
};

/**
 * Asks for the reason of something that is done to one task.
 * @param {{ id: string, act: TaskAct, close: () => void }} props
 */
export function TaskActDialog({ id, act, close }) {
  const [reason, setReason] = useState('');
  const { title, act: verb, meaning } = WORDS[act];
  return html`
    <${Dialog}
      title="${title} ${id}"
      act=${verb}
      harmful=${act === 'cancel'}
      send=${() => send('POST', `/tasks/${encodeURIComponent(id)}/${act}`, { reason: reason.trim() })}
      close=${close}
    >
      <p>${meaning}</p>
      <${ReasonField} value=${reason} set=${setReason} hint="Kept in the audit." />
    <//>
  `;
}
