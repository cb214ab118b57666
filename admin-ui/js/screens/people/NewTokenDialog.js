// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { words } from '../../lib/format.js';
import { createToken } from '../../lib/people.js';
import { ROLES } from '../../lib/roles.js';
import { Dialog } from '../../ui/Dialog.js';
import { TextField, Tick } from '../../ui/TextField.js';

/** @import { Issued } from '../../lib/people.js' */

/** @param {{ made: (token: Issued) => void, close: () => void }} props */
export function NewTokenDialog({ made, close }) {
  const [name, setName] = useState('');
  const [roles, setRoles] = useState(/** @type {string[]} */ ([]));
  const [groups, setGroups] = useState('');
  const [days, setDays] = useState('90');
  const [reason, setReason] = useState('');
  const make = async () =>
    made(
      await createToken({
        name: name.trim(),
        roles,
        groups: groups.split(',').map((group) => group.trim()).filter(Boolean),
        expires_in_days: Number(days),
        reason: reason.trim() || undefined,
      }),
    );
  /** @param {string} role */
  const tick = (role) => (/** @type {boolean} */ ticked) => setRoles(ticked ? [...roles, role] : roles.filter((held) => held !== role));
  return html`
    <${Dialog} title="New token" act="Make the token" wide ready=${roles.length > 0} send=${make} close=${close}>
      <${TextField}
        label="Whose"
        hint="Small letters, digits, and . _ @ - ; several tokens of one name are one person."
        value=${name}
        set=${setName}
        required
        maxlength="64"
        spellcheck=${false}
        autocapitalize="none"
      />
      <fieldset class="roles">
        <legend>Roles</legend>
        ${ROLES.map(
          ({ name: role, meaning }) => html`<${Tick} key=${role} label=${words(role)} hint=${meaning} checked=${roles.includes(role)} set=${tick(role)} />`,
        )}
      </fieldset>
      <${TextField} label="Groups of approvers" hint="Commas between; a policy may ask for one of them." value=${groups} set=${setGroups} spellcheck=${false} />
      <${TextField} label="Good for, days" type="number" min="1" max="365" required value=${days} set=${setDays} />
      <${TextField} label="Reason (may be left out)" hint="Kept in the audit." value=${reason} set=${setReason} maxlength="1000" />
    <//>
  `;
}
