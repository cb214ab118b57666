// @ts-check
/** What waits for a person's decision, most urgent first, and one of them with its evidence. */
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { fetchApprovals } from '../lib/gate.js';
import { useBatches } from '../lib/live.js';
import { useResource } from '../lib/resource.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';
import { useTitle } from '../lib/title.js';
import { useKeys } from '../keys.js';
import { go, href, replace, taskHref } from '../router.js';
import { LiveControl } from '../ui/Live.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Case } from './approvals/Case.js';
import { Inbox, caseHref } from './approvals/Inbox.js';
import { auditHref } from './audit/filter.js';

/** @import { Metrics, PendingApproval } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

const WIDE = matchMedia('(min-width: 1000px)');

/** @typedef {{ id: string, name: string, what: string }} Done */

/** @param {{ id: string, metrics: Resource<Metrics> }} props */
export function ApprovalsScreen({ id, metrics }) {
  const { me } = useSession();
  const { data, error, refresh } = useResource('approvals', fetchApprovals);
  const [done, setDone] = useState(/** @type {Done | null} */ (null));
  const items = data?.items ?? [];
  const first = items[0]?.id;
  useTitle('Approvals');
  useBatches(({ reset, changes }) => {
    if (reset || changes.some(({ from, to }) => from === 'DEFERRED' || to === 'DEFERRED')) refresh();
  });
  useEffect(() => {
    // beside the list there is room for the first of them; on a narrow screen the list comes first
    if (id === '' && first && WIDE.matches) replace(caseHref(first));
  }, [id, first]);
  /** @param {number} by */
  const step = (by) => {
    const at = items.findIndex((item) => item.id === id);
    const next = items[at < 0 ? 0 : at + by];
    if (next) go(caseHref(next.id));
  };
  useKeys({ j: () => step(1), k: () => step(-1), Escape: () => go(href('/approvals')) });
  /** @param {string} what */
  const decided = (what) => {
    const at = items.findIndex((item) => item.id === id);
    setDone({ id, name: nameOf(items[at]), what });
    refresh();
    const next = items[at + 1] ?? items[at - 1];
    go(next ? caseHref(next.id) : href('/approvals'));
  };
  return html`
    <${ScreenHead} title="Approvals">
      <${LiveControl} failing=${metrics.error !== null} />
      ${lacking(me, 'ADMIN') === null && html`<a class="button" href=${auditHref({ operation: 'task.approve' })}>Earlier approvals</a>`}
    <//>
    <div class="told-place" role="status">${done && html`<${Told} done=${done} />`}</div>
    ${data && error && html`<p class="warn-text" role="alert">Not up to date: ${error.message}</p>`}
    ${!data && (error ? html`<${Failure} what="What waits could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${6} />`)}
    ${data && items.length === 0 && id === '' && html`<${Nothing} />`}
    ${data &&
    (items.length > 0 || id !== '') &&
    html`
      <div class="approvals ${id ? 'approvals-case' : ''}">
        <${Inbox} items=${items} more=${data.next !== null} chosen=${id} />
        <div class="case">
          ${id !== '' && html`<a class="case-back" href=${href('/approvals')}>All that wait</a>`}
          ${id !== '' && html`<${Case} key=${id} id=${id} decided=${decided} />`}
        </div>
      </div>
    `}
  `;
}

/** @param {PendingApproval | undefined} item */
const nameOf = (item) => item?.description ?? item?.action_name ?? 'the task';

/** @param {{ done: Done }} props */
const Told = ({ done: { id, name, what } }) => html`
  <p class="told">${what}: <bdi>${name}</bdi>. <a href=${taskHref(id)}>See how it goes on</a></p>
`;

const Nothing = () => html`
  <section class="panel">
    <${Notice} title="No task waits for a decision.">
      <p>What the policy does not let run by itself comes here, before it has done anything.</p>
      <a class="button" href=${href('/policy')}>Show the policy</a>
    <//>
  </section>
`;
