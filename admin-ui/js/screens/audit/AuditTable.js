// @ts-check
import { html } from '../../lib/html.js';
import { words } from '../../lib/format.js';
import { taskHref } from '../../router.js';
import { Icon } from '../../ui/Icon.js';
import { Age } from '../../ui/Time.js';
import { EntryDetails } from './EntryDetails.js';

/** @import { AuditEntry } from '../../lib/types.js' */

/**
 * Roles are given, because on a narrow screen the cells of a row are laid out as a card and would lose them.
 * @param {{ entries: AuditEntry[], dimmed: boolean }} props
 */
export const AuditTable = ({ entries, dimmed }) => html`
  <table class="audit ${dimmed ? 'dimmed' : ''}" role="table" aria-label="Audit" aria-busy=${dimmed}>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" class="audit-at">When</th>
        <th role="columnheader" class="audit-who">Who</th>
        <th role="columnheader" class="audit-operation">Operation</th>
        <th role="columnheader" class="audit-target">Target</th>
        <th role="columnheader" class="audit-outcome">Outcome</th>
        <th role="columnheader" class="audit-why">Reason and details</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${entries.map((entry) => html`<${Row} key=${entry.id} entry=${entry} />`)}
    </tbody>
  </table>
`;

/** @param {{ entry: AuditEntry }} props */
const Row = ({ entry }) => html`
  <tr role="row">
    <td role="cell" class="audit-at"><${Age} at=${entry.at} /></td>
    <td role="cell" class="audit-who">
      <bdi>${entry.principal}</bdi> <span class="quiet">${originOf(entry)}</span>
    </td>
    <td role="cell" class="audit-operation mono"><bdi>${entry.operation}</bdi></td>
    <td role="cell" class="audit-target"><${Target} entry=${entry} /></td>
    <td role="cell" class="audit-outcome"><${Outcome} outcome=${entry.outcome} /></td>
    <td role="cell" class="audit-why"><${EntryDetails} entry=${entry} /></td>
  </tr>
`;

/** @param {{ entry: AuditEntry }} props */
const Target = ({ entry: { operation, target } }) =>
  operation.startsWith('task.') && /^\d+$/.test(target)
    ? html`<a class="mono" href=${taskHref(target)}>${target}</a>`
    : html`<bdi>${target}</bdi>`;

/** @param {{ outcome: AuditEntry['outcome'] }} props */
const Outcome = ({ outcome }) =>
  outcome === 'REFUSED'
    ? html`<span class="outcome tone-failed"><${Icon} name="ban" />Refused</span>`
    : html`<span class="quiet">${words(outcome)}</span>`;

/** @type {Record<string, string>} */
const WAYS = { api: 'the API', page: 'the page', cli: 'the command line' };

/**
 * `from 10.0.0.4, by the page`.
 * @param {AuditEntry} entry
 */
function originOf({ origin_address: address, origin_via: via }) {
  const known = [address && `from ${address}`, via && `by ${WAYS[via] ?? via}`].filter(Boolean).join(', ');
  return known || 'on the server';
}
