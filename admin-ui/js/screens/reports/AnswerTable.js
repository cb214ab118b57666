// @ts-check
import { html } from '../../lib/html.js';
import { ABSENT, absolute, count, words } from '../../lib/format.js';
import { taskHref } from '../../router.js';
import { useZone } from '../../ui/Time.js';

/** @import { ReportAnswer, ReportColumn } from '../../lib/types.js' */

const ID = /^\d{6,19}$/;

/** @param {{ answer: ReportAnswer, dimmed: boolean }} props */
export const AnswerTable = ({ answer: { columns, rows }, dimmed }) => html`
  <div class="table-scroll answer" tabindex="0" role="region" aria-label="Answer">
    <table class=${dimmed ? 'dimmed' : ''} aria-busy=${dimmed}>
      <thead>
        <tr>${columns.map(({ name, type }) => html`<th key=${name} class=${type === 'number' ? 'number' : ''}>${words(name)}</th>`)}</tr>
      </thead>
      <tbody>
        ${rows.map(
          (row, index) => html`
            <tr key=${index}>
              ${row.map((value, at) => html`<td key=${at} class=${columns[at].type === 'number' ? 'number' : ''}><${Value} value=${value} column=${columns[at]} /></td>`)}
            </tr>
          `,
        )}
      </tbody>
    </table>
  </div>
`;

/** @param {{ value: string | number | boolean | null, column: ReportColumn }} props */
function Value({ value, column: { name, type } }) {
  const zone = useZone();
  if (value === null) return html`<span class="quiet">${ABSENT}</span>`;
  if (type === 'number') return count(Number(value));
  if (type === 'boolean') return value ? 'yes' : 'no';
  if (type === 'time') return html`<time datetime=${value}>${absolute(Date.parse(String(value)), zone)}</time>`;
  if (isTask(name) && ID.test(String(value))) return html`<a class="mono" href=${taskHref(String(value))}>${value}</a>`;
  return html`<bdi title=${value}>${value}</bdi>`;
}

/** @param {string} column */
const isTask = (column) => column === 'task' || column === 'last_task' || column === 'waits_for';
