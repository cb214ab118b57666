// @ts-check
import { VERDICTS, approvalsText, confidenceText, groupsText, outcomesText } from '../../lib/approvals.js';
import { html } from '../../lib/html.js';
import { taskHref } from '../../router.js';
import { Moment } from '../../ui/Time.js';
import { Decide } from './Decide.js';
import { Rationale } from './Rationale.js';

/** @import { Evidence } from '../../lib/types.js' */

const SHORT_DIGEST = 12;

/**
 * A task that the gate holds: why, what its submitter says, and what a person can decide.
 * @param {{ evidence: Evidence, decided: (what: string) => void, moved: () => void, children?: any }} props
 *   `children`: further evidence, before the decision; `decided`: told as `Approved`; `moved`: it may stand otherwise by now
 */
export const Held = ({ evidence, decided, moved, children }) => {
  const { decision, approvals, expires_at, said, dependents, outcomes_30_days, payload_digest, task } = evidence;
  return html`
    <section class="panel held" aria-label="Waits for a decision">
      <div class="panel-head"><h2>Waits for a decision</h2></div>
      <p class="held-why"><bdi>${decision.reason}</bdi></p>
      <dl>
        <div><dt>Confidence</dt><dd>${confidenceText(evidence)}</dd></div>
        <div><dt>Policy</dt><dd>version ${decision.policy_version}</dd></div>
        <div><dt>Approvals</dt><dd>${approvalsText(approvals)}${groupsText(decision.groups)}</dd></div>
        <div>
          <dt>Expires</dt>
          <dd>${expires_at ? html`<${Moment} at=${expires_at} />, and counts as rejected then` : 'never'}</dd>
        </div>
        <div><dt>Payload</dt><dd class="mono" title=${payload_digest}>${payload_digest.slice(0, SHORT_DIGEST)}</dd></div>
        <div><dt>This action, 30 days</dt><dd>${outcomesText(outcomes_30_days)}</dd></div>
        ${dependents.length > 0 &&
        html`
          <div>
            <dt>Waits for it</dt>
            <dd>
              ${dependents.map(
                ({ id, action_name, description }) => html`<a key=${id} href=${taskHref(id)}><bdi>${description ?? action_name}</bdi></a> `,
              )}
            </dd>
          </div>
        `}
        <${Rationale} task=${task} />
        ${said
          .filter((one) => one.payload_digest === payload_digest)
          .map(
            ({ by, verdict, reason }, index) => html`
              <div key=${index}><dt>${VERDICTS[verdict] ?? verdict}</dt><dd>by <bdi>${by}</bdi>: <bdi>${reason}</bdi></dd></div>
            `,
          )}
      </dl>
      ${children}
      <${Decide} evidence=${evidence} decided=${decided} moved=${moved} />
    </section>
  `;
};
