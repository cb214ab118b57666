// @ts-check
import { html } from '../../lib/html.js';
import { useNow } from '../../lib/clock.js';
import { counted, relative, words } from '../../lib/format.js';
import { href } from '../../router.js';
import { Age } from '../../ui/Time.js';

/** @import { PendingApproval } from '../../lib/types.js' */

const SOON_MS = 10 * 60_000;

/** @param {string} id */
export const caseHref = (id) => href(`/approvals/${encodeURIComponent(id)}`);

/** @param {{ items: PendingApproval[], more: boolean, chosen: string }} props */
export const Inbox = ({ items, more, chosen }) => html`
  <nav class="panel inbox" aria-label="Tasks that wait">
    <p class="inbox-head quiet">${counted(items.length, 'task')}${more && ' and more'}, most urgent first</p>
    <ol>
      ${items.map((item) => html`<${Line} key=${item.id} item=${item} chosen=${item.id === chosen} />`)}
    </ol>
  </nav>
`;

/** @param {{ item: PendingApproval, chosen: boolean }} props */
const Line = ({ item, chosen }) => html`
  <li>
    <a href=${caseHref(item.id)} aria-current=${chosen ? 'true' : null}>
      <bdi class="inbox-title">${item.description ?? item.action_name}</bdi>
      <span class="inbox-facts">
        <bdi>${item.action_name}</bdi>
        <span class=${item.risk_level === 'HIGH' ? 'level-loud' : ''}>${words(item.risk_level)} risk</span>
        <span>${item.confidence_score ?? 'no confidence'}</span>
      </span>
      <span class="inbox-facts">
        <span>held <${Age} at=${item.held_at} /></span>
        <${Expiry} at=${item.expires_at} />
        ${item.approvals.given > 0 && html`<span>${item.approvals.given} of ${item.approvals.needed} approved</span>`}
      </span>
    </a>
  </li>
`;

/** @param {{ at: string | null }} props */
function Expiry({ at }) {
  const now = useNow();
  if (at === null) return null;
  const time = Date.parse(at);
  return html`<span class=${time - now < SOON_MS ? 'inbox-soon' : ''}>expires ${relative(time, now)}</span>`;
}
