// @ts-check
import { html } from '../../lib/html.js';
import { Failure, Loading } from '../../ui/Notice.js';

/** @typedef {{ name: string, number?: boolean }} Column */
/** @typedef {{ head: Column[], rows: any[][] }} Twin */

/**
 * A chart, its numbers as a table for who reads or copies them, and the same as CSV.
 * @template T
 * @param {{
 *   title: string,
 *   resource: import('../../lib/resource.js').Resource<T> & { stale: boolean, refresh: () => void },
 *   csv?: string,
 *   beside?: any,
 *   twin?: (data: T) => Twin,
 *   draw: (data: T) => any,
 *   class?: string,
 * }} props
 */
export function Figure({ title, resource: { data, error, stale, refresh }, csv, beside, twin, draw, class: name = '' }) {
  return html`
    <section class="panel figure ${name}" aria-label=${title}>
      <div class="panel-head">
        <h2>${title}</h2>
        <span class="figure-acts">
          ${data && error && html`<span class="warn-text" role="alert">Not up to date: ${error.message}</span>`}
          ${beside}
          ${csv && html`<a href=${csv} download>CSV<span class="sr-only"> of ${title}</span></a>`}
        </span>
      </div>
      ${!data && (error ? html`<${Failure} what="This could not be computed." error=${error} retry=${refresh} />` : html`<${Loading} lines=${5} />`)}
      ${data && html`<div class=${stale ? 'dimmed' : ''} aria-busy=${stale}>${draw(data)}</div>`}
      ${data && twin && html`<${TwinTable} title=${title} ...${twin(data)} />`}
    </section>
  `;
}

/** @param {Twin & { title: string }} props */
const TwinTable = ({ title, head, rows }) => html`
  <details class="twin">
    <summary>As a table<span class="sr-only">: ${title}</span></summary>
    <${Table} label=${title} head=${head} rows=${rows} />
  </details>
`;

/**
 * Rows of numbers; a column without any entry is left out.
 * @param {Twin & { label: string }} props
 */
export function Table({ label, head, rows }) {
  const kept = head.map((_, at) => rows.some((row) => row[at] !== null && row[at] !== ''));
  /** @param {any[]} cells */
  const only = (cells) => cells.filter((_, at) => kept[at]);
  const columns = only(head);
  return html`
    <div class="table-scroll" tabindex="0" role="region" aria-label=${`Table: ${label}`}>
      <table>
        <thead>
          <tr>${columns.map(({ name, number }) => html`<th key=${name} scope="col" class=${number ? 'number' : ''}>${name || html`<span class="sr-only">Of</span>`}</th>`)}</tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, index) => html`<tr key=${index}>${only(row).map((cell, at) => html`<td key=${at} class=${columns[at].number ? 'number' : ''}>${cell}</td>`)}</tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}
