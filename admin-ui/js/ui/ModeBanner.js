// @ts-check
/** Says on every screen that tasks do not start as usual: who wanted so, why and since when. */
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { fetchMode } from '../lib/api.js';
import { html } from '../lib/html.js';
import { counted } from '../lib/format.js';
import { useResource } from '../lib/resource.js';
import { Act } from './Act.js';
import { Banner } from './Banner.js';
import { ModeDialog } from './ModeDialog.js';
import { Age, Moment } from './Time.js';

/** @import { Metrics, Mode } from '../lib/types.js' */

/** @param {{ metrics: Metrics, changed: () => void }} props */
export const ModeBanner = ({ metrics, changed }) =>
  metrics.mode === 'LOCKED' || metrics.mode === 'DRY_RUN'
    ? html`<${Unusual} mode=${metrics.mode} metrics=${metrics} changed=${changed} />`
    : null;

/** @param {{ mode: 'LOCKED' | 'DRY_RUN', metrics: Metrics, changed: () => void }} props */
function Unusual({ mode, metrics, changed }) {
  const { data, refresh } = useResource(`mode ${mode}`, fetchMode);
  const [asking, setAsking] = useState(false);
  useEffect(refresh, [metrics]);
  const locked = mode === 'LOCKED';
  const more = data?.mode === mode ? data : null;
  const act = html`
    <${Act} role="ADMIN" class="small" onClick=${() => setAsking(true)}>${locked ? 'Unlock' : 'Go live'}<//>
    ${asking && html`<${ModeDialog} now=${mode} wish="LIVE" close=${() => setAsking(false)} changed=${changed} />`}
  `;
  return html`
    <${Banner} tone=${locked ? 'stop' : 'warn'} icon=${locked ? 'lock' : 'warning'} act=${act}>
      <span role="status">
        <strong>${locked ? 'Locked: no task starts.' : 'Dry run: tasks only say what they would do.'}</strong>${' '}
        ${more && html`<${Details} mode=${more} />`}
      </span>
    <//>
  `;
}

/** @param {{ mode: Mode }} props */
const Details = ({ mode }) => html`
  ${mode.by && html`By <bdi>${mode.by}</bdi>${mode.verified ? '' : ' (not verified)'} <${Age} at=${mode.since} />. `}
  ${mode.reason && html`<bdi>${mode.reason}</bdi>. `}
  ${mode.until && html`Until <${Moment} at=${mode.until} />. `}
  ${mode.held_back > 0 && `${counted(mode.held_back, 'ready task')} held back.`}
`;
