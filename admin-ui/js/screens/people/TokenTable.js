// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { ABSENT, words } from '../../lib/format.js';
import { Act } from '../../ui/Act.js';
import { Icon } from '../../ui/Icon.js';
import { Age } from '../../ui/Time.js';
import { RevokeDialog, RotateDialog } from './TokenDialogs.js';

/** @import { Token } from '../../lib/types.js' */
/** @import { Issued } from '../../lib/people.js' */

/** @param {{ tokens: Token[], made: (token: Issued) => void, changed: () => void }} props */
export const TokenTable = ({ tokens, made, changed }) => html`
  <div class="table-scroll" tabindex="0" role="region" aria-label="Tokens">
    <table class="tokens cards" role="table" aria-label="Tokens">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader">Name</th>
          <th role="columnheader">Roles</th>
          <th role="columnheader">Groups</th>
          <th role="columnheader">Status</th>
          <th role="columnheader">Begins with</th>
          <th role="columnheader" class="number">Expires</th>
          <th role="columnheader" class="number">Last used</th>
          <th role="columnheader" class="number">Made</th>
          <th role="columnheader"><span class="sr-only">What can be done</span></th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${tokens.map((token) => html`<${Row} key=${token.id} token=${token} made=${made} changed=${changed} />`)}
      </tbody>
    </table>
  </div>
`;

/** @param {{ token: Token, made: (token: Issued) => void, changed: () => void }} props */
function Row({ token, made, changed }) {
  const [asking, setAsking] = useState('');
  const close = () => setAsking('');
  const { name, roles, groups, prefix, status, expires_at, last_used_at, created_at, created_by } = token;
  const usable = status !== 'REVOKED';
  return html`
    <tr role="row" class=${status === 'ACTIVE' ? '' : 'quiet'}>
      <th role="rowheader" scope="row"><bdi>${name}</bdi></th>
      <td role="cell" data-name="Roles">${roles.map(words).join(', ')}</td>
      <td role="cell" data-name="Groups"><bdi>${groups.join(', ') || ABSENT}</bdi></td>
      <td role="cell" data-name="Status"><${State} status=${status} /></td>
      <td role="cell" data-name="Begins with" class="mono"><bdi>${prefix}…</bdi></td>
      <td role="cell" data-name="Expires" class="number"><${Age} at=${expires_at} /></td>
      <td role="cell" data-name="Last used" class="number">${last_used_at ? html`<${Age} at=${last_used_at} />` : 'never'}</td>
      <td role="cell" data-name="Made" class="number"><span title="by ${created_by}"><${Age} at=${created_at} /></span></td>
      <td role="cell" class="number token-acts">
        ${usable &&
        html`
          <${Act} role="ADMIN" class="small" onClick=${() => setAsking('rotate')}>Rotate<span class="sr-only"> ${name}</span><//>
          <${Act} role="ADMIN" class="small harmful" onClick=${() => setAsking('revoke')}>Revoke<span class="sr-only"> ${name}</span><//>
        `}
        ${asking === 'rotate' && html`<${RotateDialog} token=${token} made=${made} close=${close} />`}
        ${asking === 'revoke' && html`<${RevokeDialog} token=${token} changed=${changed} close=${close} />`}
      </td>
    </tr>
  `;
}

/** @type {Record<Token['status'], [tone: string, icon: string]>} */
const LOOKS = { ACTIVE: ['succeeded', 'check'], EXPIRED: ['cancelled', 'clock'], REVOKED: ['cancelled', 'ban'] };

/** @param {{ status: Token['status'] }} props */
const State = ({ status }) => html`<span class="outcome tone-${LOOKS[status][0]}"><${Icon} name=${LOOKS[status][1]} />${words(status)}</span>`;
