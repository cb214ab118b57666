// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { notByYou } from '../../lib/approvals.js';
import { html } from '../../lib/html.js';
import { useSession } from '../../lib/session.js';
import { useKeys } from '../../keys.js';
import { DecisionDialog } from './DecisionDialog.js';

/** @import { Evidence } from '../../lib/types.js' */
/** @import { Choice } from './DecisionDialog.js' */

/** @type {{ choice: Choice, name: string, key: string, look: string }[]} */
const CHOICES = [
  { choice: 'approve', name: 'Approve…', key: 'a', look: 'primary' },
  { choice: 'dry', name: 'Approve as dry run…', key: 'd', look: '' },
  { choice: 'reject', name: 'Reject…', key: 'r', look: 'harmful' },
  { choice: 'confidence', name: 'Change confidence…', key: 'c', look: 'plain' },
];

/**
 * What a person can decide. A key or a button only asks; the answer is given in the dialog.
 * @param {{ evidence: Evidence, decided: (what: string) => void, moved: () => void }} props
 */
export function Decide({ evidence, decided, moved }) {
  const { me } = useSession();
  // as it stood when the question was asked: an approval is of what was seen
  const [asked, setAsked] = useState(/** @type {{ choice: Choice, evidence: Evidence } | null} */ (null));
  const against = notByYou(me, evidence);
  const offered = CHOICES.filter(({ choice }) => evidence.approvals.needed > 0 || (choice !== 'approve' && choice !== 'dry'));
  /** @param {Choice} choice */
  const ask = (choice) => against === null && setAsked({ choice, evidence });
  useKeys(Object.fromEntries(offered.map(({ choice, key }) => [key, () => ask(choice)])));
  /** @param {typeof asked} question */
  const close = (question) => {
    // a browser tells of a closed dialog a moment later, when a key may have asked the next question
    setAsked((now) => (now === question ? null : now));
    moved();
  };
  return html`
    <div class="decide">
      ${against && html`<p class="quiet">${against}</p>`}
      <div class="form-end">
        ${offered.map(
          ({ choice, name, key, look }) => html`
            <button key=${choice} type="button" class=${look} disabled=${against !== null} title=${against ?? `Shortcut: ${key}`} onClick=${() => ask(choice)}>
              ${name}
            </button>
          `,
        )}
      </div>
      ${asked &&
      html`<${DecisionDialog} key=${asked} choice=${asked.choice} evidence=${asked.evidence} decided=${decided} close=${() => close(asked)} />`}
    </div>
  `;
}
