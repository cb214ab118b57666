// @ts-check
import { html } from '../lib/html.js';
import { counted } from '../lib/format.js';
import { OperationDialog } from './OperationDialog.js';

/**
 * Asks whether all failed tasks of a filter are to run again.
 * @param {{ what: string, filter: Record<string, string>, close: () => void, started: (operation: string) => void }} props `what`: as in "of mail.send"
 */
export const RetryDialog = ({ what, filter, close, started }) => html`
  <${OperationDialog}
    title="Retry failed tasks ${what}"
    asked=${{ action: 'RETRY', filter: { ...filter, status: 'FAILED' } }}
    verb="Retry"
    says=${(/** @type {number} */ matched, /** @type {boolean} */ more) => html`
      <strong>${counted(matched, 'task')}${more && ' and more'}</strong> ${what} ${matched === 1 ? 'is' : 'are'} FAILED${!filter.error && ', whatever the error'}.
      Each runs again with all its attempts, oldest first.
    `}
    none="No task ${what} is FAILED now. Attempts that failed were followed by another one, or the tasks were retried."
    close=${close}
    started=${started}
  />
`;
