// @ts-check
import { html } from '../lib/html.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';

/** @import { Role } from '../lib/roles.js' */

/**
 * A button for those who may; for others it stands there, disabled, and says what they lack.
 * @param {{ role: Role, or?: Role, onClick: () => void, class?: string, title?: string, disabled?: boolean, children?: any }} props
 */
export function Act({ role, onClick, class: name = '', title, disabled = false, or = role, children }) {
  const { me } = useSession();
  const lacks = lacking(me, ...new Set([role, or]));
  return html`
    <button type="button" class=${name} title=${lacks ?? title} disabled=${disabled || lacks !== null} onClick=${onClick}>
      ${children}${lacks && html`<span class="sr-only"> ${lacks}</span>`}
    </button>
  `;
}
