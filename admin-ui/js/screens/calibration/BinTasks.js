// @ts-check
import { html } from '../../lib/html.js';
import { listHref } from '../tasks/filter.js';

/** @import { Filter } from './filter.js' */

/**
 * The tasks whose stated confidence lies in a bin; the last bin has its end too.
 * @param {number} bin
 * @param {Filter} filter
 */
const hrefOf = (bin, { action, risk }) => listHref({ action, risk, confidence: `${bin / 10}..${(bin + 1) / 10}` });

/** @param {{ bin: { bin: number, label: string }, filter: Filter }} props */
export const BinLink = ({ bin: { bin, label }, filter }) => html`<a href=${hrefOf(bin, filter)} title="The tasks that stated this">${label}</a>`;

/** The way from each bin that holds something to its tasks. @param {{ bins: { bin: number, label: string, n: number }[], filter: Filter }} props */
export const BinTasks = ({ bins, filter }) => html`
  <p class="key">
    <span>Tasks that stated</span>
    ${bins.filter(({ n }) => n > 0).map((bin) => html`<${BinLink} key=${bin.bin} bin=${bin} filter=${filter} />`)}
  </p>
`;
