// @ts-check
/** What holds for the whole page, above every screen. */
import { html } from '../lib/html.js';
import { useNow } from '../lib/clock.js';
import { relative, words } from '../lib/format.js';
import { Icon } from './Icon.js';

/** @import { Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

/** @type {Record<string, string>} */
const MODES = {
  DRY_RUN: 'Dry run: actions are not carried out, tasks only show what they would do.',
  LOCKED: 'Locked: no task starts until a person unlocks the server.',
};

/** @param {{ metrics: Resource<Metrics> }} props */
export function Banners({ metrics: { data, error, at } }) {
  const mode = data?.mode ?? 'LIVE';
  return html`
    <div class="banners">
      ${mode !== 'LIVE' && html`<${Banner} tone="warn">${MODES[mode] ?? `Mode: ${words(mode)}`}<//>`}
      ${error && data && html`<${Stale} at=${at} error=${error} />`}
      ${data?.auth === 'none' &&
      html`<${Banner} tone="plain">No login: every request acts as <code>local</code>, with all roles.<//>`}
    </div>
  `;
}

/** @param {{ tone: string, children?: any }} props */
const Banner = ({ tone, children }) => html`
  <p class="banner banner-${tone}"><${Icon} name="warning" /><span>${children}</span></p>
`;

/** @param {{ at: number, error: Error }} props */
function Stale({ at, error }) {
  return html`<${Banner} tone="warn">Last update ${relative(at, useNow())}. ${error.message} Trying again.<//>`;
}
