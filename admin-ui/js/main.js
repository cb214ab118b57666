// @ts-check
/** The page: starts the live stream, follows the route, shows its screen. */
import { render } from '../vendor/preact.module.js';
import { useEffect, useErrorBoundary, useState } from '../vendor/hooks.module.js';
import { fetchMetrics } from './lib/api.js';
import { html } from './lib/html.js';
import { useEvery } from './lib/every.js';
import { live, useBatches } from './lib/live.js';
import { useResource } from './lib/resource.js';
import { lacking } from './lib/roles.js';
import { learn, signOut, useSession } from './lib/session.js';
import { useWaiting } from './lib/title.js';
import { useControlK, useKeys } from './keys.js';
import { go, href, useRoute } from './router.js';
import { Failure, Notice } from './ui/Notice.js';
import { Help } from './ui/Help.js';
import { Palette } from './ui/Palette.js';
import { PLACES } from './ui/places.js';
import { Shell } from './ui/Shell.js';
import { TaskActDialog } from './ui/TaskActDialog.js';
import { ApprovalsScreen } from './screens/ApprovalsScreen.js';
import { AuditScreen } from './screens/AuditScreen.js';
import { CalibrationMapScreen } from './screens/CalibrationMapScreen.js';
import { CalibrationScreen } from './screens/CalibrationScreen.js';
import { MetricsScreen } from './screens/MetricsScreen.js';
import { NodesScreen } from './screens/NodesScreen.js';
import { OverviewScreen } from './screens/OverviewScreen.js';
import { PeopleScreen } from './screens/PeopleScreen.js';
import { PolicyScreen } from './screens/PolicyScreen.js';
import { ReportsScreen } from './screens/ReportsScreen.js';
import { SignInScreen } from './screens/SignInScreen.js';
import { SubmitScreen } from './screens/SubmitScreen.js';
import { TaskScreen } from './screens/TaskScreen.js';
import { TasksScreen } from './screens/TasksScreen.js';

/** @import { Route } from './router.js' */
/** @import { Me, Metrics } from './lib/types.js' */
/** @import { Resource } from './lib/resource.js' */
/** @import { TaskAct } from './ui/TaskActDialog.js' */

/** Ages of queues grow without any change, and a dead connection must be noticed. */
const METRICS_EVERY_MS = 15_000;

/** Screens that stay while another of their things is chosen. */
const STEADY = ['approvals', 'reports'];

function App() {
  const { me, signedOut, asked } = useSession();
  useEffect(() => {
    if (signedOut) live.stop();
  }, [signedOut]);
  // who may not read is not to ask for everything first
  if (!asked) return null;
  if (signedOut) return html`<${SignInScreen} />`;
  const lacks = lacking(me, 'VIEWER');
  return lacks ? html`<${NothingToSee} lacks=${lacks} />` : html`<${Page} me=${me} />`;
}

/** For the token of a worker: every fetch would be refused. @param {{ lacks: string }} props */
const NothingToSee = ({ lacks }) => html`
  <main class="sign-in">
    <h1 class="brand"><img src="icon.svg" alt="" width="20" height="20" />Escapement</h1>
    <${Notice} title="There is nothing here for this token.">
      <p>${lacks}</p>
      <button type="button" onClick=${signOut}>Sign out</button>
    <//>
  </main>
`;

/** @param {{ me: Me | null }} props */
function Page({ me }) {
  const route = useRoute();
  const metrics = useMetrics();
  useWaiting(metrics.data?.by_status.DEFERRED ?? 0);
  const [helpOpen, setHelpOpen] = useState(false);
  const [paletteOpen, setPaletteOpen] = useState(false);
  const [asked, setAsked] = useState(/** @type {{ id: string, act: TaskAct } | null} */ (null));
  const task = route.parts[0] === 'tasks' ? (route.parts[1] ?? '') : '';
  useControlK(() => setPaletteOpen(true));
  useKeys({
    '?': () => setHelpOpen(true),
    p: () => live.togglePause(),
    ...Object.fromEntries(PLACES.map(({ path, keys }) => [keys, () => go(href(path))])),
  });
  return html`
    <${Shell} path=${route.path} metrics=${metrics} me=${me} openHelp=${() => setHelpOpen(true)} openPalette=${() => setPaletteOpen(true)}>
      <${Screen} key=${STEADY.includes(route.parts[0]) ? route.parts[0] : route.path} route=${route} metrics=${metrics} />
    <//>
    ${helpOpen && html`<${Help} close=${() => setHelpOpen(false)} />`}
    ${paletteOpen &&
    html`<${Palette}
      task=${task}
      ask=${(/** @type {TaskAct} */ act) => setAsked({ id: task, act })}
      openHelp=${() => setHelpOpen(true)}
      close=${() => setPaletteOpen(false)}
    />`}
    ${asked && html`<${TaskActDialog} ...${asked} close=${() => setAsked(null)} />`}
  `;
}

/** @param {{ route: Route, metrics: Resource<Metrics> }} props */
function Screen({ route, metrics }) {
  const [error, again] = useErrorBoundary((fault) => console.error(fault));
  if (error) return html`<${Failure} what="This screen stopped on a fault of the page." error=${error} retry=${again} />`;
  const [place, id] = route.parts;
  if (place === 'tasks' && id) return html`<${TaskScreen} id=${id} metrics=${metrics} />`;
  if (place === 'tasks') return html`<${TasksScreen} query=${route.query} metrics=${metrics} />`;
  if (place === 'submit') return html`<${SubmitScreen} query=${route.query} metrics=${metrics} />`;
  if (place === 'audit') return html`<${AuditScreen} query=${route.query} />`;
  if (place === 'approvals') return html`<${ApprovalsScreen} id=${id ?? ''} metrics=${metrics} />`;
  if (place === 'calibration' && id === 'maps' && route.parts[2]) return html`<${CalibrationMapScreen} version=${route.parts[2]} />`;
  if (place === 'calibration' && !id) return html`<${CalibrationScreen} query=${route.query} />`;
  if (place === 'metrics') return html`<${MetricsScreen} query=${route.query} />`;
  if (place === 'nodes') return html`<${NodesScreen} metrics=${metrics} />`;
  if (place === 'policy') return html`<${PolicyScreen} />`;
  if (place === 'people') return html`<${PeopleScreen} />`;
  if (place === 'reports') return html`<${ReportsScreen} name=${id ?? ''} query=${route.query} />`;
  if (place === '') return html`<${OverviewScreen} metrics=${metrics} />`;
  return html`<h1>Nothing here</h1><${Notice} title="There is no such screen."><a href=${href('/')}>Show the overview</a><//>`;
}

function useMetrics() {
  const metrics = useResource('metrics', fetchMetrics);
  const { refresh } = metrics;
  useBatches(refresh);
  useEvery(METRICS_EVERY_MS, refresh);
  useEffect(() => {
    if (!metrics.error) return;
    live.reconnect();
    const timer = setTimeout(refresh, 3000);
    return () => clearTimeout(timer);
  }, [metrics.error]);
  return metrics;
}

learn().then((me) => lacking(me, 'VIEWER') === null && live.start());
render(html`<${App} />`, /** @type {Element} */ (document.getElementById('app')));
