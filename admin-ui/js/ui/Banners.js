// @ts-check
/** What holds for the whole page, above every screen. */
import { html } from '../lib/html.js';
import { useNow } from '../lib/clock.js';
import { relative } from '../lib/format.js';
import { Banner } from './Banner.js';
import { ModeBanner } from './ModeBanner.js';

/** @import { Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

/** @param {{ metrics: Resource<Metrics> & { refresh: () => void } }} props */
export function Banners({ metrics: { data, error, at, refresh } }) {
  return html`
    <div class="banners">
      ${data && html`<${ModeBanner} metrics=${data} changed=${refresh} />`}
      ${error && data && html`<${Stale} at=${at} error=${error} />`}
      ${data?.auth === 'none' &&
      html`<${Banner} tone="plain">No login: every request acts as <code>local</code>, with all roles.<//>`}
    </div>
  `;
}

/** @param {{ at: number, error: Error }} props */
function Stale({ at, error }) {
  return html`<${Banner} tone="warn">Last update ${relative(at, useNow())}. ${error.message} Trying again.<//>`;
}
