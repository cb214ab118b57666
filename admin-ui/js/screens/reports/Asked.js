// @ts-check
import { useEffect, useState } from '../../../vendor/hooks.module.js';
import { ApiError } from '../../lib/api.js';
import { html } from '../../lib/html.js';
import { count } from '../../lib/format.js';
import { useResource } from '../../lib/resource.js';
import { fetchReport, reportCsv } from '../../lib/watch.js';
import { go, href } from '../../router.js';
import { Failure, Loading, Notice } from '../../ui/Notice.js';
import { TextField } from '../../ui/TextField.js';
import { Age } from '../../ui/Time.js';
import { AnswerTable } from './AnswerTable.js';

/** @import { Report, ReportParameter } from '../../lib/types.js' */

/**
 * One report, asked with what the address says.
 * @param {{ report: Report, query: URLSearchParams }} props
 */
export function Asked({ report, query }) {
  const given = Object.fromEntries(report.parameters.map(({ name }) => [name, query.get(name) ?? '']));
  const asked = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  const key = new URLSearchParams(asked).toString();
  const { data, error, at, stale, refresh } = useResource(`report ${report.name} ${key}`, (signal) => fetchReport(report.name, asked, signal));
  const faults = error instanceof ApiError && error.status === 400 ? error.errors : [];
  return html`
    <section class="panel" aria-label=${report.title}>
      <div class="panel-head">
        <h2>${report.question}</h2>
        <span class="report-acts">
          <button type="button" class="small" onClick=${refresh}>Ask again</button>
          <a class="button small" href=${reportCsv(report.name, asked)}>Download CSV</a>
        </span>
      </div>
      ${report.slow && html`<p class="panel-note">This may take longer: ${report.slow}.</p>`}
      ${report.parameters.length > 0 && html`<${Parameters} report=${report} given=${given} faults=${faults} />`}
      ${error && faults.length === 0 && !data && html`<${Failure} what="The report was not answered." error=${error} retry=${refresh} />`}
      ${error && faults.length === 0 && data && html`<p class="panel-note warn-text" role="alert">Not up to date: ${error.message}</p>`}
      ${!data && !error && html`<${Loading} lines=${8} />`}
      ${data && data.rows.length === 0 && html`<${Notice} title="The answer is empty."><p>Nothing fits the question, with these parameters, now.</p><//>`}
      ${data &&
      data.rows.length > 0 &&
      html`
        <p class="list-bar quiet">
          <span>${count(data.rows.length)}${data.more && '+'} rows, asked <${Age} at=${new Date(at).toISOString()} /></span>
          ${data.more && html`<span class="warn-text">There are more than these.</span>`}
        </p>
        <${AnswerTable} answer=${data} dimmed=${stale} />
      `}
    </section>
  `;
}

/**
 * @param {{ report: Report, given: Record<string, string>, faults: { path?: string, message: string }[] }} props
 */
function Parameters({ report, given, faults }) {
  const [typed, setTyped] = useState(given);
  const told = JSON.stringify(given);
  useEffect(() => setTyped(JSON.parse(told)), [told]);
  /** @param {Event} event */
  const ask = (event) => {
    event.preventDefault();
    go(href(`/reports/${encodeURIComponent(report.name)}`, Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, value.trim()]))));
  };
  return html`
    <form class="report-parameters" onSubmit=${ask} novalidate>
      ${report.parameters.map(
        (parameter) => html`
          <${TextField}
            key=${parameter.name}
            label=${parameter.name}
            hint=${hintOf(parameter)}
            error=${faults.find(({ path }) => path?.endsWith(parameter.name))?.message}
            inputmode=${parameter.type === 'integer' ? 'numeric' : 'text'}
            maxlength=${parameter.max_length}
            spellcheck=${false}
            placeholder=${parameter.default === '' ? 'all' : String(parameter.default)}
            value=${typed[parameter.name]}
            set=${(/** @type {string} */ value) => setTyped({ ...typed, [parameter.name]: value })}
          />
        `,
      )}
      <button class="primary">Ask</button>
    </form>
  `;
}

/** @param {ReportParameter} parameter */
const hintOf = ({ type, min, max, meaning }) => (type === 'integer' ? `${meaning}; ${min} to ${max}` : meaning);
