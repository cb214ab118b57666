// @ts-check
/** Which nodes live, what they run, and those that were there within the last hour. */
import { html } from '../lib/html.js';
import { useNow } from '../lib/clock.js';
import { useEvery } from '../lib/every.js';
import { ABSENT, count, counted, duration, growing } from '../lib/format.js';
import { useResource } from '../lib/resource.js';
import { useTitle } from '../lib/title.js';
import { fetchNodes } from '../lib/watch.js';
import { LiveControl } from '../ui/Live.js';
import { Meter } from '../ui/Meter.js';
import { NodeState } from '../ui/NodeState.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Age } from '../ui/Time.js';
import { Banner } from '../ui/Banner.js';

/** @import { Metrics, Node } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

const LOOK_EVERY_MS = 2000;

/** @param {{ metrics: Resource<Metrics> }} props */
export function NodesScreen({ metrics }) {
  const { data, error, refresh } = useResource('nodes', fetchNodes);
  useTitle('Nodes');
  useEvery(LOOK_EVERY_MS, refresh);
  const alive = (data ?? []).filter((node) => node.alive);
  const versions = [...new Set(alive.map(({ version }) => version))];
  const running = alive.reduce((sum, node) => sum + node.running, 0);
  const places = alive.reduce((sum, node) => sum + node.limit, 0);
  return html`
    <${ScreenHead} title="Nodes" beside=${data && html`<span class="quiet">${counted(alive.length, 'node')} alive, ${count(running)} of ${count(places)} places taken</span>`}>
      <${LiveControl} failing=${metrics.error !== null} />
    <//>
    ${data && error && html`<p class="warn-text" role="alert">Not up to date: ${error.message}</p>`}
    ${versions.length > 1 && html`<${Banner} tone="warn">The nodes that live run different versions: ${versions.join(', ')}.<//>`}
    <section class="panel">
      ${!data && (error ? html`<${Failure} what="The nodes could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} />`)}
      ${data && data.length === 0 && html`<${Notice} title="No node was there within the last hour."><p>The one that answers you is about to register.</p><//>`}
      ${data && data.length > 0 && html`<${NodeTable} nodes=${data} answering=${metrics.data?.node.name} />`}
    </section>
  `;
}

/** @param {{ nodes: Node[], answering: string | undefined }} props */
const NodeTable = ({ nodes, answering }) => html`
  <div class="table-scroll" tabindex="0" role="region" aria-label="Nodes">
    <table class="nodes cards" role="table" aria-label="Nodes">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader">State</th>
          <th role="columnheader">Node</th>
          <th role="columnheader">Running</th>
          <th role="columnheader" class="number" title="Since it was last heard of">Heartbeat</th>
          <th role="columnheader" class="number">Started</th>
          <th role="columnheader" class="number" title="How far its clock is from the database's">Clock</th>
          <th role="columnheader">Version</th>
          <th role="columnheader">Actions</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${nodes.map((node) => html`<${Row} key=${node.incarnation} node=${node} answers=${node.alive && node.name === answering} />`)}
      </tbody>
    </table>
  </div>
`;

/** @param {{ node: Node, answers: boolean }} props */
const Row = ({ node, answers }) => html`
  <tr role="row" class=${node.alive ? '' : 'quiet'}>
    <td role="cell" data-name="State"><${NodeState} node=${node} /></td>
    <th role="rowheader" scope="row" class="mono">
      <bdi>${node.name}</bdi>${answers && html` <span class="quiet" title="This page asks it">answers you</span>`}
    </th>
    <td role="cell" data-name="Running">
      <span class="gauge"><${Meter} value=${node.alive ? node.running : 0} of=${node.limit} />${count(node.running)} of ${count(node.limit)}</span>
    </td>
    <td role="cell" data-name="Heartbeat" class="number"><${Heartbeat} node=${node} /></td>
    <td role="cell" data-name="Started" class="number"><${Age} at=${node.started_at} /></td>
    <td role="cell" data-name="Clock" class="number"><${Clock} node=${node} /></td>
    <td role="cell" data-name="Version"><bdi>${node.version}</bdi></td>
    <td role="cell" data-name="Actions">
      <details class="node-actions">
        <summary>${counted(node.actions.length, 'action')}</summary>
        <ul>${node.actions.map((action) => html`<li key=${action} class="mono"><bdi>${action}</bdi></li>`)}</ul>
      </details>
    </td>
  </tr>
`;

/** Beyond this share of the time that is left to a lease, a node is late with renewing it. */
const LATE = 0.6;

/** @param {{ node: Node }} props */
function Heartbeat({ node }) {
  const now = useNow();
  const since = Math.max(0, now - Date.parse(node.heartbeat_at));
  const late = node.alive && since > LATE * (Date.parse(node.lease_until) - Date.parse(node.heartbeat_at));
  return html`<span class=${late ? 'warn-text' : ''} title=${late ? 'It renews its lease late' : ''}>${growing(since / 1000)} ago</span>`;
}

/** From then on the server warns, and rests schedules: Quartz would take healthy nodes for dead. */
const CLOCK_LATE_MS = 1000;
const CLOCK_WRONG_MS = 3000;

/** @param {{ node: Node }} props */
function Clock({ node }) {
  const ahead = node.alive ? node.clock_ahead_ms : null;
  if (ahead === null) return html`<span title=${node.alive ? 'Not measured yet' : 'It is not there'}>${ABSENT}</span>`;
  const off = Math.abs(ahead);
  const words = off === 0 ? 'exact' : `${duration(off / 1000)} ${ahead < 0 ? 'behind' : 'ahead'}`;
  const title = off > CLOCK_WRONG_MS ? 'Schedules rest on this node until NTP has mended its clock' : off > CLOCK_LATE_MS ? 'Let NTP keep it' : 'As measured within the last minute';
  return html`<span class=${off > CLOCK_LATE_MS ? 'warn-text' : ''} title=${title}>${words}</span>`;
}
