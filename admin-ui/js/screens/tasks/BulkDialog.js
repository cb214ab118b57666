// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { counted, words } from '../../lib/format.js';
import { PRIORITIES } from '../../lib/status.js';
import { OperationDialog } from '../../ui/OperationDialog.js';
import { Select } from '../../ui/TextField.js';

/** @import { OperationAction } from '../../lib/watch.js' */

/**
 * @typedef {object} Choice
 * @property {OperationAction} action
 * @property {string} verb
 * @property {string[]} statuses
 * @property {string} meaning
 * @property {boolean} [harmful]
 */

/** @type {Choice[]} */
const CHOICES = [
  {
    action: 'RETRY',
    verb: 'Retry',
    statuses: ['FAILED', 'SKIPPED', 'CANCELLED'],
    meaning: 'Those that are FAILED, SKIPPED or CANCELLED run again with all their attempts, oldest first.',
  },
  {
    action: 'CANCEL',
    verb: 'Cancel',
    statuses: ['BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED', 'IN_PROGRESS'],
    meaning: 'Those that wait end CANCELLED, those that run are interrupted. What has ended stays as it is.',
    harmful: true,
  },
  {
    action: 'REPRIORITISE',
    verb: 'Reprioritise',
    statuses: ['BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED'],
    meaning: 'Those that wait get another priority, and another place in the line.',
  },
];

/**
 * What is to be done to the tasks of a selection.
 * @param {{ what: string, filter: Record<string, unknown>, close: () => void, started: (operation: string, what: string) => void }} props
 *   `what`: the tasks in words, as in "12 ticked tasks"
 */
export function BulkDialog({ what, filter, close, started }) {
  const [action, setAction] = useState('');
  const [priority, setPriority] = useState('HIGH');
  const choice = CHOICES.find((one) => one.action === action);
  /** @param {Choice} one */
  const refusal = ({ statuses }) => (typeof filter.status === 'string' && !statuses.includes(filter.status) ? `not for tasks that are ${filter.status}` : '');
  const asked = choice ? { action: choice.action, filter, ...(action === 'REPRIORITISE' && { priority }) } : null;
  return html`
    <${OperationDialog}
      title="Act on ${what}"
      asked=${asked}
      verb=${choice?.verb ?? 'Go on'}
      harmful=${choice?.harmful}
      says=${(/** @type {number} */ matched, /** @type {boolean} */ more) => html`
        This is for <strong>${counted(matched, 'task')}${more && ' and more'}</strong> of ${what} as they stand now. Tasks submitted after its start are left alone.
      `}
      none="It is for none of ${what} as they stand now."
      close=${close}
      started=${(/** @type {string} */ operation) => started(operation, `${choice?.verb} ${what}`)}
    >
      <fieldset class="roles">
        <legend>What is to be done</legend>
        ${CHOICES.map(
          (one) => html`
            <label key=${one.action} class="verdict-choice">
              <input type="radio" name="operation" value=${one.action} checked=${action === one.action} disabled=${refusal(one) !== ''} onChange=${() => setAction(one.action)} />
              <span><b>${one.verb}</b>${refusal(one) && html` <span class="quiet">${refusal(one)}</span>`}<br /><span class="quiet">${one.meaning}</span></span>
            </label>
          `,
        )}
      </fieldset>
      ${action === 'REPRIORITISE' && html`<${Select} label="Priority" value=${priority} set=${setPriority} options=${PRIORITIES.map((name) => [name, words(name)])} />`}
    <//>
  `;
}
