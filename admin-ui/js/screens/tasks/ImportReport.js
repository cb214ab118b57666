// @ts-check
import { html } from '../../lib/html.js';
import { count, counted, words } from '../../lib/format.js';
import { taskHref } from '../../router.js';

/** @import { ImportReport as Report, ImportedTask } from '../../lib/queueState.js' */

const SHOWN = 200;

const VERDICTS = /** @type {const} */ ([
  { name: 'refused', meaning: 'cannot be taken in' },
  { name: 'restored', meaning: 'to run here' },
  { name: 'resumable', meaning: 'failed with attempts left; a retry makes them' },
  { name: 'kept', meaning: 'ended, or here already' },
]);

/** What becomes of each task of a file; the refused ones first. @param {{ report: Report }} props */
export function ImportReport({ report: { tasks, totals, read, stopped } }) {
  const rank = (/** @type {ImportedTask} */ { verdict }) => VERDICTS.findIndex(({ name }) => name === verdict);
  const ordered = tasks.toSorted((one, other) => rank(one) - rank(other));
  return html`
    ${stopped && html`<p class="form-error" role="alert">It stopped before the end of the file: <bdi>${stopped}</bdi></p>`}
    <dl class="import-totals">
      <div><dt>in the file</dt><dd>${counted(read, 'task')}</dd></div>
      ${VERDICTS.filter(({ name }) => totals[name] > 0).map(({ name, meaning }) => html`<div key=${name}><dt>${name}</dt><dd><b>${count(totals[name])}</b> <span class="quiet">${meaning}</span></dd></div>`)}
    </dl>
    ${tasks.length > 0 &&
    html`
      <div class="table-scroll import-tasks" tabindex="0" role="region" aria-label="Tasks of the file">
        <table>
          <thead><tr><th>In the file</th><th>Here</th><th>Verdict</th><th>Status</th><th>Note</th></tr></thead>
          <tbody>${ordered.slice(0, SHOWN).map((task) => html`<${Row} key=${task.path} task=${task} />`)}</tbody>
        </table>
      </div>
    `}
    ${tasks.length > SHOWN && html`<p class="quiet">The first ${SHOWN} of ${count(tasks.length)}, refused ones first.</p>`}
  `;
}

/** @param {{ task: ImportedTask }} props */
const Row = ({ task: { path, id, task_id, verdict, status, note, errors } }) => html`
  <tr>
    <td class="mono" title=${path}><bdi>${id ?? path}</bdi></td>
    <td class="mono">${task_id === null ? '–' : html`<a href=${taskHref(task_id)}>${task_id}</a>`}</td>
    <td class=${verdict === 'refused' ? 'import-refused' : ''}>${verdict}</td>
    <td>${status === null ? '–' : words(status)}</td>
    <td class="import-note">
      ${note && html`<bdi>${note}</bdi>`}
      ${errors.map(({ path: at, value, message }) => html`<p key=${`${at} ${message}`}><bdi class="mono">${at}</bdi>: <bdi>${message}</bdi>${value !== null && html` <span class="quiet">(<bdi>${value}</bdi>)</span>`}</p>`)}
    </td>
  </tr>
`;
