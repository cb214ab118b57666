// @ts-check
/** Who changed what, when and why: the page of the audit that the address describes. */
import { auditCsv, fetchAudit } from '../lib/api.js';
import { html } from '../lib/html.js';
import { counted } from '../lib/format.js';
import { useResource } from '../lib/resource.js';
import { useTitle } from '../lib/title.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { AuditFilters } from './audit/AuditFilters.js';
import { AuditTable } from './audit/AuditTable.js';
import { apiQuery, auditHref, changed, csvQuery, inWords, narrows, readFilter } from './audit/filter.js';

/** @import { AuditEntry } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */
/** @import { Filter } from './audit/filter.js' */

/** @typedef {Resource<{ items: AuditEntry[], next: string | null }> & { stale: boolean, refresh: () => void }} Page */

/** @param {{ query: URLSearchParams }} props */
export function AuditScreen({ query }) {
  const filter = readFilter(query);
  const asked = apiQuery(filter);
  const page = useResource(`audit?${asked}`, (signal) => fetchAudit(asked, signal));
  useTitle('Audit');
  if (statusOf(page.error) === 403) return html`<${ScreenHead} title="Audit" /><${Forbidden} error=${page.error} />`;
  return html`
    <${ScreenHead} title="Audit">
      <button type="button" onClick=${page.refresh}>Refresh</button>
      <a class="button" href=${auditCsv(csvQuery(filter))}>Download CSV</a>
    <//>
    <section class="panel" aria-label="Audit">
      <${AuditFilters} filter=${filter} />
      <${Entries} filter=${filter} page=${page} />
    </section>
  `;
}

/** @param {{ filter: Filter, page: Page }} props */
function Entries({ filter, page: { data, error, stale, refresh } }) {
  if (!data && statusOf(error) === 400) return html`<${Misread} error=${error} />`;
  if (!data && error) return html`<${Failure} what="The audit could not be loaded." error=${error} retry=${refresh} />`;
  if (!data) return html`<${Loading} lines=${8} />`;
  const { items, next } = data;
  return html`
    <div class="list-bar">
      ${items.length > 0 && html`<span class="quiet">${counted(items.length, 'entry', 'entries')} shown, newest first</span>`}
      ${error && html`<span class="warn-text" role="alert">Not up to date: ${error.message}</span>`}
    </div>
    ${items.length > 0
      ? html`<${AuditTable} entries=${items} dimmed=${stale} />`
      : html`<${Nothing} filter=${filter} />`}
    <${Paging} filter=${filter} next=${next} />
  `;
}

/** @param {{ filter: Filter }} props */
function Nothing({ filter }) {
  if (filter.cursor) {
    return html`<${Notice} title="Nothing older here."><a href=${auditHref(changed(filter, {}))}>Newest</a><//>`;
  }
  if (narrows(filter)) {
    return html`
      <${Notice} title="No entry matches.">
        <p>The list shows only <bdi>${inWords(filter)}</bdi>. Names are compared whole, letter by letter.</p>
        <a class="button" href=${auditHref({})}>Clear the filter</a>
      <//>
    `;
  }
  return html`
    <${Notice} title="Nobody has changed anything yet.">
      <p>What people change, and what they are refused, is written down here.</p>
    <//>
  `;
}

/** @param {{ filter: Filter, next: string | null }} props */
const Paging = ({ filter, next }) =>
  (filter.cursor || next) &&
  html`
    <nav class="paging" aria-label="Pages">
      ${filter.cursor !== '' && html`<a class="button" href=${auditHref(changed(filter, {}))}>Newest</a>`}
      ${next && html`<a class="button" href=${auditHref({ ...filter, cursor: next })} rel="next">Older</a>`}
    </nav>
  `;

/** @param {{ error: Error }} props */
const Forbidden = ({ error }) => html`
  <section class="panel" role="alert">
    <${Notice} title="Only administrators may read the audit.">
      <p>It needs the role Admin. The server says: ${error.message}</p>
    <//>
  </section>
`;

/** What an address asks that nobody could have chosen here. @param {{ error: Error }} props */
const Misread = ({ error }) => html`
  <${Notice} title="The address asks for what the audit does not know.">
    <p>${error.message}</p>
    <a class="button" href=${auditHref({})}>Show the whole audit</a>
  <//>
`;

/** @param {Error & { status?: number } | null} error */
const statusOf = (error) => error?.status;
