// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { count, counted } from '../lib/format.js';
import { useResource } from '../lib/resource.js';
import { previewOperation, startOperation } from '../lib/watch.js';
import { Dialog } from './Dialog.js';
import { Loading } from './Notice.js';
import { ReasonField, TextField } from './TextField.js';

/** Above it the number itself is asked for: what a hand does by habit it does not do by thousands. */
const MANY = 1000;
const RETRY = /** @type {const} */ ('RETRY');

/**
 * Asks whether all failed tasks of a filter are to run again, and starts that on the server.
 * @param {{ what: string, filter: Record<string, string>, close: () => void, started: (operation: string) => void }} props `what`: as in "of mail.send"
 */
export function RetryDialog({ what, filter, close, started }) {
  const failed = { ...filter, status: 'FAILED' };
  const preview = useResource(`retry ${JSON.stringify(failed)} ${useState(Math.random)[0]}`, (signal) =>
    previewOperation({ action: RETRY, filter: failed, reason: 'preview' }, signal),
  );
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const matched = preview.data?.matched ?? 0;
  const sure = matched <= MANY || typed.replaceAll(/\D/g, '') === String(matched);
  const start = async () => {
    const expected = preview.data?.more ? null : matched;
    started((await startOperation({ action: RETRY, filter: failed, reason: reason.trim(), expected })).id);
  };
  return html`
    <${Dialog}
      title="Retry failed tasks ${what}"
      act=${matched > 0 ? `Retry ${counted(matched, 'task')}` : 'Retry'}
      ready=${matched > 0 && sure}
      send=${start}
      close=${close}
    >
      ${!preview.data && !preview.error && html`<${Loading} lines=${1} />`}
      ${preview.error && html`<p class="form-error" role="alert">They could not be counted: ${preview.error.message}</p>`}
      ${preview.data && matched === 0 && html`<p>No task ${what} is FAILED now. Attempts that failed were followed by another one, or the tasks were retried.</p>`}
      ${matched > 0 &&
      html`
        <p>
          <strong>${counted(matched, 'task')}${preview.data?.more && ' and more'}</strong> ${what} ${matched === 1 ? 'is' : 'are'} FAILED,
          whatever the error. Each runs again with all its attempts, oldest first.
        </p>
        <${ReasonField} value=${reason} set=${setReason} hint="Kept in the audit." />
        ${matched > MANY && html`<${TextField} label="Type ${count(matched)} to go on" value=${typed} set=${setTyped} inputmode="numeric" />`}
      `}
    <//>
  `;
}
