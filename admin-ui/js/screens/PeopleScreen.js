// @ts-check
/** Who may come in: the tokens there are, another one, an end to one. For admins. */
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { fetchTokens } from '../lib/people.js';
import { useResource } from '../lib/resource.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';
import { useTitle } from '../lib/title.js';
import { Act } from '../ui/Act.js';
import { Banner } from '../ui/Banner.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { NewTokenDialog } from './people/NewTokenDialog.js';
import { SecretOnce } from './people/SecretOnce.js';
import { TokenTable } from './people/TokenTable.js';

/** @import { Me } from '../lib/types.js' */
/** @import { Issued } from '../lib/people.js' */

export function PeopleScreen() {
  const { me } = useSession();
  const lacks = lacking(me, 'ADMIN');
  useTitle('People');
  return lacks
    ? html`
        <${ScreenHead} title="People" />
        <section class="panel">
          <${Notice} title="Only administrators see who has a token.">
            <p>${lacks} An administrator can give you another token.</p>
          <//>
        </section>
      `
    : html`<${Tokens} me=${me} />`;
}

/** @param {{ me: Me | null }} props */
function Tokens({ me }) {
  const [cursor, setCursor] = useState('');
  const { data, error, refresh } = useResource(`tokens ${cursor}`, (signal) => fetchTokens(cursor, signal));
  const [asking, setAsking] = useState(false);
  const [issued, setIssued] = useState(/** @type {Issued | null} */ (null));
  /** @param {Issued} token */
  const made = (token) => {
    setIssued(token);
    refresh();
  };
  return html`
    <${ScreenHead} title="People">
      <${Act} role="ADMIN" class="primary" onClick=${() => setAsking(true)}>New token<//>
    <//>
    ${me && !me.login && html`<${Banner} tone="plain">This server asks nobody for a token now. Those made here count once it does.<//>`}
    ${issued && html`<${SecretOnce} token=${issued} close=${() => setIssued(null)} />`}
    ${data && error && html`<p class="warn-text" role="alert">Not up to date: ${error.message}</p>`}
    <section class="panel">
      ${!data && (error ? html`<${Failure} what="The tokens could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} />`)}
      ${data &&
      data.items.length === 0 &&
      html`<${Notice} title="No token yet."><p>A token says who somebody is and what they may do. People sign in with one; programs send it.</p><//>`}
      ${data && data.items.length > 0 && html`<${TokenTable} tokens=${data.items} made=${made} changed=${refresh} />`}
      ${(cursor || data?.next) &&
      html`
        <nav class="paging" aria-label="Pages">
          ${cursor && html`<button type="button" onClick=${() => setCursor('')}>First page</button>`}
          ${data?.next && html`<button type="button" onClick=${() => setCursor(data.next ?? '')}>Next page</button>`}
        </nav>
      `}
    </section>
    ${asking && html`<${NewTokenDialog} made=${made} close=${() => setAsking(false)} />`}
  `;
}
