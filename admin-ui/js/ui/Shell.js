// @ts-check
/** What stays while screens change: navigation, banners, personal settings. */
import { useEffect, useRef } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { count, words } from '../lib/format.js';
import { applyTheme, usePreference } from '../lib/preferences.js';
import { signOut } from '../lib/session.js';
import { href } from '../router.js';
import { Banners } from './Banners.js';
import { PLACES, isAt } from './places.js';

/** @import { Me, Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

/**
 * @param {{ path: string, metrics: Resource<Metrics> & { refresh: () => void }, me: Me | null, openHelp: () => void, openPalette: () => void, children?: any }} props
 */
export function Shell({ path, metrics, me, openHelp, openPalette, children }) {
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const held = metrics.data?.by_status.DEFERRED ?? 0;
  const nav = useRef(/** @type {HTMLElement | null} */ (null));
  // on a narrow screen the navigation is wider than its place
  useEffect(() => nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [path]);
  /** @param {Event} event The address after # is the route, so the link must not change it. */
  const skip = (event) => {
    event.preventDefault();
    main.current?.focus();
  };
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <header class="side">
      <a class="brand" href=${href('/')}><img src="icon.svg" alt="" width="20" height="20" />Escapement</a>
      <nav aria-label="Screens" ref=${nav}>
        ${PLACES.map(
          (place) => html`
            <a key=${place.path} href=${href(place.path)} aria-current=${isAt(place.path, path) ? 'page' : null}>
              ${place.name}
              ${place.path === '/approvals' && held > 0
                ? html`<span class="nav-count" title="Tasks that wait for a decision">${count(held)}</span>`
                : html`<kbd aria-hidden="true">${place.keys}</kbd>`}
            </a>
          `,
        )}
      </nav>
    </header>
    <main id="main" tabindex="-1" ref=${main}>
      <${Banners} metrics=${metrics} />
      ${children}
    </main>
    <${Settings} me=${me} openHelp=${openHelp} openPalette=${openPalette} />
  `;
}

/** Who is signed in; without a login a banner says so. @param {{ me: Me }} props */
const Who = ({ me }) => html`
  <p class="who">
    <span title=${me.roles.map(words).join(', ')}>Signed in as <bdi>${me.name}</bdi></span>
    <button type="button" class="plain small" onClick=${signOut}>Sign out</button>
  </p>
`;

/** @param {{ me: Me | null, openHelp: () => void, openPalette: () => void }} props */
function Settings({ me, openHelp, openPalette }) {
  const [theme, setTheme] = usePreference('theme', 'system');
  const [zone, setZone] = usePreference('zone', 'local');
  /** @param {string} chosen */
  const chooseTheme = (chosen) => {
    applyTheme(chosen);
    setTheme(chosen);
  };
  return html`
    <footer class="settings">
      ${me?.login && html`<${Who} me=${me} />`}
      <${Choice} label="Theme" value=${theme} choose=${chooseTheme} values=${['system', 'light', 'dark']} />
      <${Choice} label="Times" value=${zone} choose=${setZone} values=${['local', 'utc']} />
      <button type="button" class="plain" onClick=${openPalette}>Go to <kbd>Ctrl K</kbd></button>
      <button type="button" class="plain" onClick=${openHelp}>Shortcuts <kbd>?</kbd></button>
    </footer>
  `;
}

/** @type {Record<string, string>} */
const NAMES = { system: 'System', light: 'Light', dark: 'Dark', local: 'Local', utc: 'UTC' };

/**
 * @param {{ label: string, value: string, values: string[], choose: (value: string) => void }} props
 */
const Choice = ({ label, value, values, choose }) => html`
  <label>
    <span>${label}</span>
    <select value=${value} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
      ${values.map((name) => html`<option value=${name}>${NAMES[name]}</option>`)}
    </select>
  </label>
`;
