// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { revokeToken, rotateToken } from '../../lib/people.js';
import { Dialog } from '../../ui/Dialog.js';
import { ReasonField, Select, TextField } from '../../ui/TextField.js';

/** @import { Token } from '../../lib/types.js' */
/** @import { Issued } from '../../lib/people.js' */

const GRACE = [
  ['0', 'at once'],
  ['3600', 'in an hour'],
  ['86400', 'in a day'],
  ['604800', 'in a week'],
];

/** @param {{ token: Token, made: (token: Issued) => void, close: () => void }} props */
export function RotateDialog({ token, made, close }) {
  const [grace, setGrace] = useState('0');
  const [days, setDays] = useState('90');
  const [reason, setReason] = useState('');
  const rotate = async () =>
    made(await rotateToken(token.id, { grace_seconds: Number(grace), expires_in_days: Number(days), reason: reason.trim() || undefined }));
  return html`
    <${Dialog} title="Give ${token.name} another secret" act="Rotate" send=${rotate} close=${close}>
      <${Select} label="The secret ${token.prefix}… and sessions got with it end" value=${grace} set=${setGrace} options=${GRACE} />
      <${TextField} label="Good for, days" type="number" min="1" max="365" required value=${days} set=${setDays} />
      <${ReasonField} optional value=${reason} set=${setReason} hint="Kept in the audit." />
    <//>
  `;
}

/** @param {{ token: Token, changed: () => void, close: () => void }} props */
export function RevokeDialog({ token, changed, close }) {
  const [reason, setReason] = useState('');
  const revoke = async () => {
    await revokeToken(token.id, { reason: reason.trim() || undefined });
    changed();
  };
  return html`
    <${Dialog} title="Revoke the token ${token.prefix}… of ${token.name}" act="Revoke" harmful send=${revoke} close=${close}>
      <p>It lets nobody in any more, on any node, and the sessions got with it end. This cannot be undone; a new token can be made.</p>
      <${ReasonField} optional value=${reason} set=${setReason} hint="Kept in the audit." />
    <//>
  `;
}
