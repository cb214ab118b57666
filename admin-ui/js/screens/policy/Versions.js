// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { fetchPolicies } from '../../lib/gate.js';
import { useResource } from '../../lib/resource.js';
import { Act } from '../../ui/Act.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { Age } from '../../ui/Time.js';
import { RuleTable } from './RuleTable.js';

/** @import { Policy } from '../../lib/types.js' */

/**
 * Every version, with who put it in force and why.
 * @param {{ inForce: number, use: ((policy: Policy) => void) | null }} props `use`: begins another version with these rules
 */
export function Versions({ inForce, use }) {
  const [before, setBefore] = useState('');
  const { data, error, refresh } = useResource(`policies ${inForce} ${before}`, (signal) => fetchPolicies(before, signal));
  return html`
    <section class="panel">
      <div class="panel-head"><h2>Versions</h2></div>
      ${!data && (error ? html`<${Failure} what="The versions could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${3} />`)}
      <ol class="versions">
        ${data?.items.map((policy) => html`<${Version} key=${policy.version} policy=${policy} inForce=${policy.version === inForce} use=${use} />`)}
      </ol>
      ${(before || data?.next) &&
      html`
        <nav class="paging" aria-label="Pages">
          ${before && html`<button type="button" onClick=${() => setBefore('')}>Newest</button>`}
          ${data?.next && html`<button type="button" onClick=${() => setBefore(data.next ?? '')}>Older</button>`}
        </nav>
      `}
    </section>
  `;
}

/** @param {{ policy: Policy, inForce: boolean, use: ((policy: Policy) => void) | null }} props */
const Version = ({ policy, inForce, use }) => html`
  <li>
    <details>
      <summary>
        <b>${policy.version}</b>
        <span><bdi>${policy.reason}</bdi>${inForce && html` <span class="quiet">(in force)</span>`}</span>
        <span class="quiet">by <bdi>${policy.created_by}</bdi> <${Age} at=${policy.created_at} /></span>
      </summary>
      <${RuleTable} rules=${policy.rules} />
      ${!inForce && use && html`<p class="panel-note"><${Act} role="ADMIN" class="small" onClick=${() => use(policy)}>Begin another version with these rules<//></p>`}
    </details>
  </li>
`;
