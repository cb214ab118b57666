// @ts-check
/** Asks whether something is to be done to many tasks, says to how many and what follows, and starts that on the server. */
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { count, counted } from '../lib/format.js';
import { useResource } from '../lib/resource.js';
import { previewOperation, startOperation } from '../lib/watch.js';
import { Dialog } from './Dialog.js';
import { Loading } from './Notice.js';
import { ReasonField, TextField } from './TextField.js';

/** @import { OperationAction } from '../lib/watch.js' */

/** Above it the number itself is asked for: what a hand does by habit it does not do by thousands. */
const MANY = 1000;

/**
 * @typedef {object} Asked
 * @property {OperationAction} action
 * @property {Record<string, unknown>} filter
 * @property {string} [priority]
 */

/**
 * @param {{
 *   title: string,
 *   asked: Asked | null,
 *   verb: string,
 *   harmful?: boolean,
 *   says: (matched: number, more: boolean) => any,
 *   none: any,
 *   close: () => void,
 *   started: (operation: string) => void,
 *   children?: any,
 * }} props `asked`: null until the reader has chosen what; `says`: what would be done to so many; `none`: when that is nothing
 */
export function OperationDialog({ title, asked, verb, harmful = false, says, none, close, started, children }) {
  const [opened] = useState(Math.random); // what was counted for another dialog is old
  const preview = useResource(`operation ${JSON.stringify(asked)} ${opened}`, async (signal) =>
    asked ? previewOperation({ ...asked, reason: 'preview' }, signal) : null,
  );
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const told = preview.stale ? null : preview.data;
  const matched = told?.matched ?? 0;
  const sure = matched <= MANY || typed.replaceAll(/\D/g, '') === String(matched);
  const start = async () => {
    const expected = told?.more ? null : matched;
    started((await startOperation({ .../** @type {Asked} */ (asked), reason: reason.trim(), expected })).id);
  };
  return html`
    <${Dialog} title=${title} act=${matched > 0 ? `${verb} ${counted(matched, 'task')}` : verb} harmful=${harmful} ready=${matched > 0 && sure} send=${start} close=${close}>
      ${children}
      ${asked && !told && !preview.error && html`<${Loading} lines=${1} />`}
      ${preview.error && html`<p class="form-error" role="alert">They could not be counted: ${preview.error.message}</p>`}
      ${told && !preview.error && html`<p role="status">${matched === 0 ? none : says(matched, told.more)}</p>`}
      ${matched > 0 &&
      html`
        <${ReasonField} value=${reason} set=${setReason} hint="Kept in the audit." />
        ${matched > MANY && html`<${TextField} label="Type ${count(matched)} to go on" value=${typed} set=${setTyped} inputmode="numeric" />`}
      `}
    <//>
  `;
}
