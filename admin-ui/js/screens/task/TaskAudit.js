// @ts-check
/** What people changed of this task, for those who may read the audit. */
import { useEffect } from '../../../vendor/hooks.module.js';
import { fetchAudit } from '../../lib/api.js';
import { counted } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { lacking } from '../../lib/roles.js';
import { useResource } from '../../lib/resource.js';
import { useSession } from '../../lib/session.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { AuditTable } from '../audit/AuditTable.js';
import { auditHref } from '../audit/filter.js';

/** @import { Task } from '../../lib/types.js' */

const MOST_SHOWN = 20;

/** @param {{ task: Task, acts: number }} props `acts`: how often the reader did something, also in vain */
export function TaskAudit({ task, acts }) {
  const { me } = useSession();
  const lacks = lacking(me, 'ADMIN');
  return html`
    <section class="panel" aria-labelledby="task-audit">
      <div class="panel-head">
        <h2 id="task-audit">What people changed</h2>
        ${!lacks && html`<a href=${auditHref({ target: task.id })}>In the audit</a>`}
      </div>
      ${lacks ? html`<p class="panel-note">Only administrators read the audit. ${lacks}</p>` : html`<${Entries} task=${task} acts=${acts} />`}
    </section>
  `;
}

/** @param {{ task: Task, acts: number }} props */
function Entries({ task, acts }) {
  const query = new URLSearchParams({ target: task.id, limit: String(MOST_SHOWN) }).toString();
  const { data, error, refresh } = useResource(`audit of ${task.id}`, (signal) => fetchAudit(query, signal));
  useEffect(refresh, [task.status, task.version, task.outcome?.at, acts]);
  if (!data) return error ? html`<${Failure} what="The audit could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${2} />`;
  if (data.items.length === 0) return html`<p class="panel-note">Nobody has changed it, and nobody was refused.</p>`;
  return html`
    ${error && html`<p class="panel-note warn-text" role="alert">Not up to date: ${error.message}</p>`}
    <${AuditTable} entries=${data.items} dimmed=${false} />
    ${data.next && html`<p class="panel-note">The newest ${counted(MOST_SHOWN, 'entry', 'entries')}; <a href=${auditHref({ target: task.id })}>all are in the audit</a>.</p>`}
  `;
}
