// @ts-check
import { html } from '../../lib/html.js';
import { count, counted, growing } from '../../lib/format.js';
import { useNow } from '../../lib/clock.js';
import { href } from '../../router.js';
import { Meter } from '../../ui/Meter.js';
import { NodeState } from '../../ui/NodeState.js';
import { Failure, Loading } from '../../ui/Notice.js';

/** @import { Node } from '../../lib/types.js' */
/** @import { Resource } from '../../lib/resource.js' */

const SHOWN_AT_FIRST = 8;

/** @param {{ nodes: Resource<Node[]> & { refresh: () => void } }} props */
export function NodeStrip({ nodes: { data, error, refresh } }) {
  const alive = data?.filter((node) => node.alive) ?? [];
  const gone = data?.filter((node) => !node.alive && node.stopped_at === null) ?? [];
  const shown = [...gone, ...alive];
  return html`
    <section class="panel node-strip">
      <div class="panel-head">
        <h2>Nodes</h2>
        <a href=${href('/nodes')}>${data ? `${count(alive.length)} alive` : 'All'}</a>
      </div>
      ${!data && (error ? html`<${Failure} what="The nodes could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${2} />`)}
      ${data && alive.length === 0 && html`<p class="panel-note">No node is alive: nothing starts.</p>`}
      <ul>${shown.slice(0, SHOWN_AT_FIRST).map((node) => html`<${Line} key=${node.incarnation} node=${node} />`)}</ul>
      ${shown.length > SHOWN_AT_FIRST && html`<p class="panel-note"><a href=${href('/nodes')}>and ${counted(shown.length - SHOWN_AT_FIRST, 'other')}</a></p>`}
    </section>
  `;
}

/** @param {{ node: Node }} props */
function Line({ node }) {
  const heard = Math.max(0, useNow() - Date.parse(node.heartbeat_at)) / 1000;
  return html`
    <li>
      <${NodeState} node=${node} />
      <bdi class="mono node-name" title=${node.name}>${node.name}</bdi>
      <span class="node-load"><${Meter} value=${node.running} of=${node.limit} />${count(node.running)} of ${count(node.limit)}</span>
      <span class="quiet number" title="Since it was last heard of">${growing(heard)} ago</span>
    </li>
  `;
}
