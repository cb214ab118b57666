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
  const [asking, setAsking] = useState(false);
  const [operation, setOperation] = useState('');
  const [all, setAll] = useState(false);
  const errors = all ? group.errors : group.errors.slice(0, ERRORS_AT_FIRST);
  return html`
    <section class="failing" aria-label=${group.action}>
      <div class="failing-head">
        <h3><a href=${listHref({ action: group.action, status: 'FAILED' })}><bdi>${group.action}</bdi></a></h3>
        <span class="quiet">${counted(group.n, 'attempt')}, last <${Age} at=${group.lastAt} /></span>
        <${Act} role="OPERATOR" class="small" onClick=${() => setAsking(true)}>Retry all…<span class="sr-only"> of ${group.action}</span><//>
      </div>
      ${operation && html`<${OperationProgress} id=${operation} what="Retrying failed tasks of ${group.action}" done=${changed} />`}
      <ul>${errors.map((row) => html`<${ErrorLine} key=${row.error} row=${row} fresh=${lastVisit > 0 && Date.parse(row.lastAt) > lastVisit} />`)}</ul>
      ${group.errors.length > errors.length &&
      html`<button type="button" class="plain small" onClick=${() => setAll(true)}>${counted(group.errors.length - errors.length, 'further error')}</button>`}
      ${asking &&
      html`<${RetryDialog} what="of ${group.action}" filter=${{ action_name: group.action }} close=${() => setAsking(false)} started=${setOperation} />`}
    </section>
  `;
}

/** @param {{ row: ErrorRow, fresh: boolean }} props */
const ErrorLine = ({ row, fresh }) => html`
  <li>
    <span class="failing-count number" title=${counted(row.tasks, 'task')}>${count(row.n)}</span>
    <bdi class="mono failing-error" title=${row.error}>${row.error}</bdi>
    <span class="failing-last">${fresh && html`<b class="failing-new">new</b> `}<a href=${taskHref(row.lastTask)} title="The task it came to last"><${Age} at=${row.lastAt} /></a></span>
  </li>
`;
