// @ts-check
/** What the gate and people decided about the task, newest first, with everything the gate saw. */
import { useState } from '../../../vendor/hooks.module.js';
import { DECISIONS, VERDICTS } from '../../lib/approvals.js';
import { ABSENT, count, words } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { href } from '../../router.js';
import { Age } from '../../ui/Time.js';

/** @import { Decision, Said } from '../../lib/types.js' */

const MOST_AT_FIRST = 10;

/** @type {Record<string, string>} */
const PATHS = { AUTO: 'by the rules alone', PROBE: 'by lot, to learn', HUMAN: 'because people decided so' };

/** @param {{ items: Decision[], approvals: Said[] }} props */
export function Decisions({ items, approvals }) {
  const [all, setAll] = useState(false);
  const entries = [...items.map((decision) => ({ at: decision.at, decision, said: null })), ...approvals.map((said) => ({ at: said.at, decision: null, said }))].toSorted(
    (one, other) => Date.parse(other.at) - Date.parse(one.at),
  );
  const shown = all ? entries : entries.slice(0, MOST_AT_FIRST);
  return html`
    <div class="decisions">
      <h3>Decisions of the gate</h3>
      ${entries.length === 0 && html`<p class="quiet">None: no rule of the policy was asked, or it has not come to the gate.</p>`}
      <ol>
        ${shown.map(({ decision, said }, at) => html`<li key=${at}>${decision ? html`<${OfGate} decision=${decision} />` : said && html`<${OfPerson} said=${said} />`}</li>`)}
      </ol>
      ${entries.length > shown.length &&
      html`<button type="button" class="small" onClick=${() => setAll(true)}>and ${count(entries.length - shown.length)} more</button>`}
    </div>
  `;
}

/** @param {{ decision: Decision }} props */
const OfGate = ({ decision }) => html`
  <p><b>${DECISIONS[decision.decision] ?? decision.decision}</b> <span class="quiet"><${Age} at=${decision.at} />, for attempt ${decision.attempt}, ${words(decision.code).toLowerCase()}</span></p>
  ${decision.reason && html`<p><bdi>${decision.reason}</bdi></p>`}
  <dl class="seen">
    <${Seen} name="Stated">${decision.confidence_score ?? 'none'}<//>
    <${Seen} name="Calibrated">${decision.calibrated ?? ABSENT}<//>
    <${Seen} name="Lower bound">${decision.calibrated_lower ?? ABSENT}<//>
    <${Seen} name="Compared">${compared(decision)}<//>
    <${Seen} name="Threshold">${decision.threshold ?? 'none asked'}<//>
    <${Seen} name="Path">${words(decision.path)}, ${PATHS[decision.path] ?? 'in a way this page does not know'}<//>
    <${Seen} name="Policy"><a href=${href('/policy')}>version ${decision.policy_version}</a><//>
    <${Seen} name="Map">
      ${decision.map_version === null
        ? 'none in force'
        : html`<a href=${href(`/calibration/maps/${decision.map_version}`)}>version ${decision.map_version}</a>${decision.map_stale && ', stale: it could only lower'}`}
    <//>
    <${Seen} name="Lot">${lot(decision)}<//>
    ${decision.approvals_needed > 0 && html`<${Seen} name="Approvals needed">${decision.approvals_needed}${decision.groups.length > 0 && html`, by <bdi>${decision.groups.join(', ')}</bdi>`}<//>`}
  </dl>
`;

/** @param {{ said: Said }} props */
const OfPerson = ({ said: { at, verdict, by, verified, reason } }) => html`
  <p>
    <b>${VERDICTS[verdict] ?? verdict}</b> by <bdi>${by}</bdi>${!verified && ' (not verified)'} <span class="quiet"><${Age} at=${at} /></span>
  </p>
  <p><bdi>${reason}</bdi></p>
`;

/** @param {{ name: string, children?: any }} props */
const Seen = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** @param {Decision} decision */
const compared = ({ statistic, value }) => `${words(statistic).toLowerCase()} ${value ?? 'confidence, and there is none'}`;

/** @param {Decision} decision */
function lot({ probe_rate: rate, probe_draw: draw }) {
  if (rate === null || draw === null) return 'none drawn';
  return draw < rate ? `${draw}, below ${rate}: drawn` : `${draw}, not below ${rate}: not drawn`;
}
