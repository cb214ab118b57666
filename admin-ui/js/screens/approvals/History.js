// @ts-check
import { DECISIONS, VERDICTS } from '../../lib/approvals.js';
import { html } from '../../lib/html.js';
import { Age } from '../../ui/Time.js';

/** @import { Decision, Said } from '../../lib/types.js' */

/** @typedef {{ at: string, what: string, by: string, why: string | null }} Entry */

/**
 * What the gate and people decided about a task, newest first.
 * @param {{ decisions: { items: Decision[], approvals: Said[] } }} props
 */
export function History({ decisions: { items, approvals } }) {
  const entries = [...items.map(ofGate), ...approvals.map(ofPerson)].toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return html`
    <section class="panel history">
      <div class="panel-head"><h2>Decisions so far</h2></div>
      ${entries.length === 0 && html`<p class="panel-note">None is recorded.</p>`}
      <ol>
        ${entries.map(
          ({ at, what, by, why }, index) => html`
            <li key=${index}>
              <span class="quiet history-at"><${Age} at=${at} /></span>
              <span><b>${what}</b> <span class="quiet">by <bdi>${by}</bdi></span>${why && html`<br /><bdi>${why}</bdi>`}</span>
            </li>
          `,
        )}
      </ol>
    </section>
  `;
}

/**
 * @param {Decision} decision
 * @returns {Entry}
 */
const ofGate = ({ at, decision, reason, path, policy_version }) => ({
  at,
  what: DECISIONS[decision] ?? decision,
  by: `the gate, policy version ${policy_version}${path === 'HUMAN' ? ', after people decided' : ''}`,
  why: reason,
});

/**
 * @param {Said} said
 * @returns {Entry}
 */
const ofPerson = ({ at, verdict, by, verified, reason }) => ({
  at,
  what: VERDICTS[verdict] ?? verdict,
  by: verified ? by : `${by} (not verified)`,
  why: reason,
});
