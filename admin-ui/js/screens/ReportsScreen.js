// @ts-check
/** What operators ask: each report with its parameters, its answer as a table, and as CSV. The address says which. */
import { html } from '../lib/html.js';
import { useResource } from '../lib/resource.js';
import { useTitle } from '../lib/title.js';
import { fetchReports } from '../lib/watch.js';
import { go, href } from '../router.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Asked } from './reports/Asked.js';

/** @import { Report } from '../lib/types.js' */

/** @param {string} name */
const reportHref = (name) => href(`/reports/${encodeURIComponent(name)}`);

/** @param {{ name: string, query: URLSearchParams }} props */
export function ReportsScreen({ name, query }) {
  const { data, error, refresh } = useResource('reports', fetchReports);
  const report = data?.find((one) => one.name === name);
  useTitle(report?.title ?? 'Reports');
  return html`
    <${ScreenHead} title="Reports" beside=${name === '' && html`<span class="quiet">Each is a file in <code>sql/</code> that psql answers too.</span>`} />
    ${!data && (error ? html`<${Failure} what="The reports could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} />`)}
    ${data &&
    html`
      <div class="reports ${name ? 'reports-one' : ''}">
        <${List} reports=${data} chosen=${name} />
        ${name !== '' &&
        html`<div class="report">
          <${Chooser} reports=${data} chosen=${name} />
          ${report && html`<${Asked} key=${name} report=${report} query=${query} />`}
          ${!report && html`<section class="panel"><${Notice} title="There is no report ${name}."><p>Choose one of the list.</p><//></section>`}
        </div>`}
      </div>
    `}
  `;
}

/** @param {{ reports: Report[], chosen: string }} props */
const List = ({ reports, chosen }) => html`
  <nav class="panel report-list" aria-label="Reports">
    <ul>
      ${reports.map(
        (report) => html`
          <li key=${report.name}>
            <a href=${reportHref(report.name)} aria-current=${report.name === chosen ? 'true' : null}>
              ${report.title}<span class="quiet">${report.question}</span>
            </a>
          </li>
        `,
      )}
    </ul>
  </nav>
`;

/** In place of the list, where it has no room. @param {{ reports: Report[], chosen: string }} props */
const Chooser = ({ reports, chosen }) => html`
  <select class="report-chooser" aria-label="Report" value=${chosen} onChange=${(/** @type {any} */ event) => go(reportHref(event.target.value))}>
    <option value="" disabled>Choose a report</option>
    ${reports.map(({ name, title }) => html`<option key=${name} value=${name}>${title}</option>`)}
  </select>
`;
