// @ts-check
/** What exactly was changed, folded under its reason. */
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { prettyJson } from '../../lib/json.js';
import { TextBlock } from '../../ui/TextBlock.js';
import { Moment } from '../../ui/Time.js';
import { auditHref } from './filter.js';

/** @import { AuditEntry } from '../../lib/types.js' */

const TEXTS = [
  ['Before', 'old'],
  ['After', 'new'],
  ['Detail', 'detail'],
];

/** @param {{ entry: AuditEntry }} props */
export function EntryDetails({ entry }) {
  const [open, setOpen] = useState(false);
  return html`
    <details class="audit-details" onToggle=${(/** @type {any} */ event) => setOpen(event.currentTarget.open)}>
      <summary title="Details">
        ${entry.reason ? html`<bdi>${entry.reason}</bdi>` : html`<span class="quiet">No reason given</span>`}
      </summary>
      ${open && html`<${Details} entry=${entry} />`}
    </details>
  `;
}

/** @param {{ entry: AuditEntry }} props */
function Details({ entry }) {
  const { id, at, principal, operation, target, hash, raw } = entry;
  const told = TEXTS.map(([title, member]) => ({ title, text: raw.get(member) ?? 'null' })).filter(({ text }) => says(text));
  return html`
    <dl class="audit-facts">
      <div><dt>When</dt><dd><${Moment} at=${at} /></dd></div>
      <div><dt>Entry</dt><dd class="mono">${id}</dd></div>
      <div><dt>Hash</dt><dd class="mono">${hash ?? 'not chained yet'}</dd></div>
      <div>
        <dt>Show all</dt>
        <dd class="audit-alike">
          <a href=${auditHref({ principal })}>by <bdi>${principal}</bdi></a>
          <a href=${auditHref({ operation })}>of <bdi>${operation}</bdi></a>
          <a href=${auditHref({ target })}>on <bdi>${target}</bdi></a>
        </dd>
      </div>
    </dl>
    ${told.length === 0 && html`<p class="quiet">No values were recorded.</p>`}
    <div class="audit-texts">
      ${told.map(({ title, text }) => html`<${TextBlock} key=${title} title=${title} text=${prettyJson(text)} />`)}
    </div>
  `;
}

/** @param {string} text JSON */
const says = (text) => text !== 'null' && text !== '{}';
