// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { setMode } from '../lib/api.js';
import { html } from '../lib/html.js';
import { usePreference } from '../lib/preferences.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';
import { Dialog } from './Dialog.js';
import { ReasonField, TextField } from './TextField.js';

/** @import { Role } from '../lib/roles.js' */
/** @import { Mode } from '../lib/types.js' */

/** To stop is for more people than to let go. @type {{ mode: Mode['mode'], role: Role, act: string, meaning: string }[]} */
const MODES = [
  { mode: 'LIVE', role: 'ADMIN', act: 'Go live', meaning: 'Ready tasks start at once, on every node, and for real.' },
  { mode: 'DRY_RUN', role: 'ADMIN', act: 'Only dry runs', meaning: 'Ready tasks start, but only say what they would do; they end completed and are not repeated for real.' },
  { mode: 'LOCKED', role: 'OPERATOR', act: 'Lock', meaning: 'No task starts on any node until a person unlocks. What runs goes on.' },
];

/**
 * Asks for a reason, and who it is, before the mode changes for everybody.
 * @param {{ now: Mode['mode'], wish: Mode['mode'], close: () => void, changed: () => void }} props `wish`: what the reader came for
 */
export function ModeDialog({ now, wish, close, changed }) {
  const { me } = useSession();
  const [name, setName] = usePreference('name', '');
  const [reason, setReason] = useState('');
  const [mode, setWish] = useState(wish);
  const send = async () => {
    await setMode({ mode, reason: reason.trim(), by: me?.login ? null : name.trim() || null });
    changed();
  };
  return html`
    <${Dialog} title="How tasks start" act=${MODES.find((one) => one.mode === mode)?.act ?? ''} send=${send} close=${close}>
      <fieldset class="roles">
        <legend>On every node</legend>
        ${MODES.filter((one) => one.mode !== now).map((one) => {
          const lacks = lacking(me, one.role);
          return html`
            <label key=${one.mode} class="verdict-choice">
              <input type="radio" name="mode" value=${one.mode} disabled=${lacks !== null} checked=${mode === one.mode} onChange=${() => setWish(one.mode)} />
              <span><b>${one.act}</b><br /><span class="quiet">${lacks ?? one.meaning}</span></span>
            </label>
          `;
        })}
      </fieldset>
      <${ReasonField} value=${reason} set=${setReason} hint="Everybody reads it above every screen; kept in the audit." />
      ${me?.login !== true &&
      html`<${TextField}
        label="Your name"
        hint="Kept with the reason in the audit, as not verified."
        value=${name}
        set=${setName}
        required=${now === 'LOCKED'}
        maxlength="100"
        autocomplete="name"
      />`}
    <//>
  `;
}
