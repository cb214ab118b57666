// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { byAction } from '../../lib/failures.js';
import { count, counted } from '../../lib/format.js';
import { taskHref } from '../../router.js';
import { Act } from '../../ui/Act.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { OperationProgress } from '../../ui/OperationProgress.js';
import { RetryDialog } from '../../ui/RetryDialog.js';
import { Age } from '../../ui/Time.js';
import { listHref } from '../tasks/filter.js';

/** @import { ReportAnswer } from '../../lib/types.js' */
/** @import { ErrorRow, FailingAction } from '../../lib/failures.js' */
/** @import { Resource } from '../../lib/resource.js' */

const ACTIONS_AT_FIRST = 5;
const ERRORS_AT_FIRST = 3;

/** @param {{ failures: Resource<ReportAnswer> & { refresh: () => void }, hours: number, lastVisit: number }} props */
export function Failures({ failures: { data, error, refresh }, hours, lastVisit }) {
  const [all, setAll] = useState(false);
  const actions = data ? byAction(data) : [];
  const shown = all ? actions : actions.slice(0, ACTIONS_AT_FIRST);
  return html`
    <section class="panel failures">
      <div class="panel-head">
        <h2>Failed attempts, last ${hours} hours</h2>
        ${data && error && html`<span class="warn-text">Not up to date: ${error.message}</span>`}
      </div>
      ${!data && (error ? html`<${Failure} what="The failures could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${4} />`)}
      ${data && actions.length === 0 && html`<p class="panel-note">No attempt has failed.</p>`}
      ${shown.map((action) => html`<${Group} key=${action.action} group=${action} lastVisit=${lastVisit} changed=${refresh} />`)}
      ${actions.length > shown.length &&
      html`<button type="button" class="plain more" onClick=${() => setAll(true)}>Show all ${count(actions.length)} actions</button>`}
      ${data?.more && html`<p class="panel-note">There are more errors than are shown here.</p>`}
    </section>
  `;
}

/** @param {{ group: FailingAction, lastVisit: number, changed: () => void }} props */
function Group({ group, lastVisit, changed }) {
  const [asking, setAsking] = useState(/** @type {{ what: string, filter: Record<string, string> } | null} */ (null));
  const [running, setRunning] = useState({ id: '', what: '' });
  const [all, setAll] = useState(false);
  const errors = all ? group.errors : group.errors.slice(0, ERRORS_AT_FIRST);
  return html`
    <section class="failing" aria-label=${group.action}>
      <div class="failing-head">
        <h3><a href=${listHref({ action: group.action, status: 'FAILED' })}><bdi>${group.action}</bdi></a></h3>
        <span class="quiet">${counted(group.n, 'attempt')}, last <${Age} at=${group.lastAt} /></span>
        <${Act} role="OPERATOR" class="small" onClick=${() => setAsking({ what: `of ${group.action}`, filter: { action_name: group.action } })}>
          Retry all…<span class="sr-only"> of ${group.action}</span>
        <//>
      </div>
      ${running.id && html`<${OperationProgress} key=${running.id} id=${running.id} what="Retrying failed tasks ${running.what}" done=${changed} />`}
      <ul>
        ${errors.map(
          (row) => html`<${ErrorLine} key=${row.error} row=${row} action=${group.action} fresh=${lastVisit > 0 && Date.parse(row.lastAt) > lastVisit} ask=${setAsking} />`,
        )}
      </ul>
      ${group.errors.length > errors.length &&
      html`<button type="button" class="plain small" onClick=${() => setAll(true)}>${counted(group.errors.length - errors.length, 'further error')}</button>`}
      ${asking &&
      html`<${RetryDialog}
        what=${asking.what}
        filter=${asking.filter}
        close=${() => setAsking(null)}
        started=${(/** @type {string} */ id) => setRunning({ id, what: asking.what })}
      />`}
    </section>
  `;
}

/** What attempts without any error are listed under. */
const NO_MESSAGE = '(no message)';

/**
 * @param {{ row: ErrorRow, action: string, fresh: boolean, ask: (asked: { what: string, filter: Record<string, string> }) => void }} props
 */
function ErrorLine({ row, action, fresh, ask }) {
  const named = row.error !== NO_MESSAGE;
  const retry = () => ask({ what: `of ${action} that end with “${row.error}”`, filter: { action_name: action, error: row.error } });
  return html`
    <li>
      <span class="failing-count number" title=${counted(row.tasks, 'task')}>${count(row.n)}</span>
      ${named
        ? html`<a class="mono failing-error" href=${listHref({ action, status: 'FAILED', error: row.error })} title=${row.error}><bdi>${row.error}</bdi></a>`
        : html`<bdi class="mono failing-error">${row.error}</bdi>`}
      <span class="failing-last">${fresh && html`<b class="failing-new">new</b> `}<a href=${taskHref(row.lastTask)} title="The task it came to last"><${Age} at=${row.lastAt} /></a></span>
      ${named && html`<${Act} role="OPERATOR" class="plain small" onClick=${retry}>Retry all…<span class="sr-only"> that end with ${row.error}</span><//>`}
    </li>
  `;
}
