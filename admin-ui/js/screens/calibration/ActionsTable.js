// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { calibrationCsv } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, percent } from '../../lib/format.js';
import { between, rate, signed } from '../../lib/rates.js';
import { listHref } from '../tasks/filter.js';
import { Figure } from './Figure.js';
import { VerdictWord } from './VerdictWord.js';
import { apiQuery, calibrationHref } from './filter.js';

/** @import { ActionRow, Actions, InForce } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */
/** @import { Filter } from './filter.js' */

/** @typedef {{ name: string, number?: boolean, by?: (row: ActionRow) => number | null }} Column `by`: it can be sorted by this */

/** @type {Column[]} */
const COLUMNS = [
  { name: 'Action' },
  { name: 'Verdict' },
  { name: 'Outcomes', number: true, by: ({ n }) => n },
  { name: 'Stated', number: true, by: ({ mean_confidence }) => mean_confidence },
  { name: 'Happened', number: true, by: ({ base_rate }) => base_rate },
  { name: 'Gap', number: true, by: ({ gap }) => gap },
  { name: '95% interval' },
  { name: 'Brier skill', number: true, by: ({ brier_skill_score }) => brier_skill_score },
  { name: 'Coverage', number: true, by: coverageOf },
  { name: 'Map' },
  { name: '' },
];

/**
 * @param {{ actions: Resource<Actions> & { stale: boolean, refresh: () => void }, inForce: InForce[], filter: Filter }} props
 */
export function ActionsTable({ actions, inForce, filter }) {
  const [sort, setSort] = useState(/** @type {{ column: string, down: boolean } | null} */ (null));
  return html`
    <${Figure}
      title="Actions"
      resource=${actions}
      csv=${calibrationCsv('actions', apiQuery({ ...filter, action: '' }))}
      beside=${sort
        ? html`<button type="button" class="small" onClick=${() => setSort(null)}>Back to what needs attention</button>`
        : html`<span class="quiet">what needs attention first: by the near end of the interval</span>`}
      draw=${(/** @type {Actions} */ data) => html`<${Rows} rows=${sorted(data.actions, sort)} inForce=${inForce} filter=${filter} sort=${sort} setSort=${setSort} />`}
    />
  `;
}

/**
 * @param {{ rows: ActionRow[], inForce: InForce[], filter: Filter, sort: { column: string, down: boolean } | null, setSort: (sort: { column: string, down: boolean }) => void }} props
 */
function Rows({ rows, inForce, filter, sort, setSort }) {
  if (rows.length === 0) return html`<p class="panel-note">No action has an outcome with a confidence in these days.</p>`;
  return html`
    <div class="table-scroll" tabindex="0" role="region" aria-label="Table of actions">
      <table>
        <thead>
          <tr>
            ${COLUMNS.map(({ name, number, by }) => {
              const chosen = sort?.column === name;
              return html`
                <th key=${name} scope="col" class=${number ? 'number' : ''} aria-sort=${chosen ? (sort.down ? 'descending' : 'ascending') : null}>
                  ${by
                    ? html`<button type="button" class="sort" onClick=${() => setSort({ column: name, down: chosen ? !sort.down : true })}>${name}${chosen ? (sort.down ? ' ↓' : ' ↑') : ''}</button>`
                    : name || html`<span class="sr-only">Links</span>`}
                </th>
              `;
            })}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => html`<${Row} key=${row.action} row=${row} inForce=${inForce} filter=${filter} />`)}
        </tbody>
      </table>
    </div>
  `;
}

/** @param {{ row: ActionRow, inForce: InForce[], filter: Filter }} props */
const Row = ({ row, inForce, filter }) => html`
  <tr class=${row.action === filter.action ? 'row-chosen' : ''}>
    <td><a href=${calibrationHref({ ...filter, action: row.action === filter.action ? '' : row.action })} aria-current=${row.action === filter.action ? 'true' : null}><bdi>${row.action}</bdi></a></td>
    <td><${VerdictWord} verdict=${{ word: row.verdict, gated: row.gated }} /></td>
    <td class="number">${count(row.n)}</td>
    <td class="number">${rate(row.mean_confidence)}</td>
    <td class="number">${rate(row.base_rate)}</td>
    <td class="number"><b>${signed(row.gap)}</b></td>
    <td class="quiet">${between(row.gap_low, row.gap_high, signed)}</td>
    <td class="number" title=${row.reason}>${rate(row.brier_skill_score)}</td>
    <td class="number">${row.submitted > 0 ? percent(row.with_outcome / row.submitted) : '–'}</td>
    <td>${scopeOf(row.action, inForce)}</td>
    <td><a href=${listHref({ action: row.action, risk: filter.risk })}>Tasks<span class="sr-only"> of ${row.action}</span></a></td>
  </tr>
`;

/**
 * @param {ActionRow[]} rows as the server ranks them
 * @param {{ column: string, down: boolean } | null} sort
 */
function sorted(rows, sort) {
  const by = COLUMNS.find(({ name }) => name === sort?.column)?.by;
  if (!by || !sort) return rows;
  const value = (/** @type {ActionRow} */ row) => by(row) ?? -Infinity;
  return rows.toSorted((one, other) => (sort.down ? value(other) - value(one) : value(one) - value(other)));
}

/** @param {ActionRow} row */
function coverageOf({ submitted, with_outcome }) {
  return submitted > 0 ? with_outcome / submitted : null;
}

/**
 * Which map counts for an action.
 * @param {string} action
 * @param {InForce[]} inForce
 */
function scopeOf(action, inForce) {
  const own = inForce.find((one) => one.action === action && one.version !== null);
  if (own) return `its own, ${own.version}`;
  const all = inForce.find((one) => one.action === null && one.version !== null);
  return all ? `of all, ${all.version}` : 'none';
}
