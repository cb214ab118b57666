// @ts-check
/** Which tasks may run by themselves: the policy in force, another one tried and put in force, and those before. */
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { useEvery } from '../lib/every.js';
import { fetchPolicy } from '../lib/gate.js';
import { useResource } from '../lib/resource.js';
import { draftOf } from '../lib/rules.js';
import { useTitle } from '../lib/title.js';
import { Act } from '../ui/Act.js';
import { Failure, Loading } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Age } from '../ui/Time.js';
import { PolicyEditor } from './policy/PolicyEditor.js';
import { RuleTable } from './policy/RuleTable.js';
import { Versions } from './policy/Versions.js';

/** @import { Policy } from '../lib/types.js' */
/** @import { Draft } from '../lib/rules.js' */

const LOOK_EVERY_MS = 10_000;

/** @typedef {{ base: number, drafts: Draft[], reason: string }} Edit `base`: the version it replaces */

export function PolicyScreen() {
  const { data, error, refresh } = useResource('policy', fetchPolicy);
  const [edit, setEdit] = useState(/** @type {Edit | null} */ (null));
  const [told, setTold] = useState('');
  useTitle('Policy');
  useEvery(LOOK_EVERY_MS, refresh);
  useLeaveGuard(edit !== null);
  /** @param {Policy} from */
  const begin = (from) => {
    setTold('');
    if (data) setEdit({ base: data.version, drafts: from.rules.map(draftOf), reason: from === data ? '' : `as version ${from.version}` });
  };
  /** @param {Policy} policy */
  const done = (policy) => {
    setEdit(null);
    setTold(`Version ${policy.version} is in force on every node. Tasks that wait are decided about anew.`);
    refresh();
  };
  return html`
    <${ScreenHead} title="Policy" beside=${data && html`<span class="quiet">version ${data.version} in force</span>`}>
      ${data && !edit && html`<${Act} role="ADMIN" class="primary" onClick=${() => begin(data)}>Edit<//>`}
    <//>
    <div class="told-place" role="status">${told && html`<p class="told">${told}</p>`}</div>
    ${!data && (error ? html`<${Failure} what="The policy could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} />`)}
    ${data && edit && html`<${PolicyEditor} edit=${edit} inForce=${data} done=${done} leave=${() => setEdit(null)} reload=${() => begin(data)} />`}
    ${data && !edit && html`<${InForce} policy=${data} />`}
    ${data && html`<${Versions} inForce=${data.version} use=${edit ? null : begin} />`}
  `;
}

/** @param {{ policy: Policy }} props */
const InForce = ({ policy }) => html`
  <section class="panel">
    <div class="panel-head">
      <h2>In force</h2>
      <span class="quiet">by <bdi>${policy.created_by}</bdi> <${Age} at=${policy.created_at} />: <bdi>${policy.reason}</bdi></span>
    </div>
    <${RuleTable} rules=${policy.rules} />
    <p class="panel-note">Tasks that no rule is for run by themselves. A rule for an action replaces that of its risk level.</p>
  </section>
`;

/**
 * Asks before what was written is lost with the page.
 * @param {boolean} editing
 */
function useLeaveGuard(editing) {
  useEffect(() => {
    if (!editing) return;
    /** @param {Event} event */
    const ask = (event) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [editing]);
}
