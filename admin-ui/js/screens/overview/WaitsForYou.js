// @ts-check
import { html } from '../../lib/html.js';
import { counted } from '../../lib/format.js';
import { failedSince } from '../../lib/throughput.js';
import { href } from '../../router.js';
import { Icon } from '../../ui/Icon.js';
import { Age } from '../../ui/Time.js';
import { listHref } from '../tasks/filter.js';
import { ResumeButton } from './HoldButtons.js';

/** @import { Drift } from '../../lib/calibrationTypes.js' */
/** @import { Hold, Metrics, Throughput } from '../../lib/types.js' */

/**
 * What a person could do something about, most pressing first; one line when nothing is.
 * @param {{ metrics: Metrics, throughput: Throughput | null, holds: Hold[] | null, drift: Drift[] | null, lastVisit: number, changed: () => void }} props
 */
export function WaitsForYou({ metrics, throughput, holds, drift, lastVisit, changed }) {
  const held = metrics.by_status.DEFERRED;
  const failed = throughput && lastVisit > 0 ? failedSince(throughput, lastVisit) : 0;
  const { at_risk: late, breached_running: missed } = metrics.deadlines;
  const paused = (holds ?? []).filter(({ scope }) => scope !== 'EVERYTHING');
  const items = [
    held > 0 &&
      html`<${Item} key="held" tone="approval" icon="shield" act=${html`<a class="button small" href=${href('/approvals')}>Decide</a>`}>
        <strong>${counted(held, 'task')}</strong> ${held === 1 ? 'waits' : 'wait'} for a decision.
      <//>`,
    missed + late > 0 &&
      html`<${Item} key="late" tone="retrying" icon="clock" act=${html`<a class="button small" href=${href('/reports/late')}>Show them</a>`}>
        <strong>${counted(missed + late, 'task')}</strong> past the deadline or in danger of missing it.
      <//>`,
    failed > 0 &&
      html`<${Item} key="failed" tone="failed" icon="cross" act=${html`<a class="button small" href=${listHref({ status: 'FAILED' })}>Show failed tasks</a>`}>
        <strong>${counted(failed, 'attempt')} failed</strong>${' '}
        ${throughput && Date.parse(throughput.from) > lastVisit
          ? 'in the last 24 hours, and you were away for longer.'
          : html`since your last visit, <${Age} at=${new Date(lastVisit).toISOString()} />.`}
      <//>`,
    ...(drift ?? []).filter(({ alarm_since }) => alarm_since !== null).map((alarm) => html`<${Drifting} key=${`drift ${alarm.action ?? ''}`} alarm=${alarm} />`),
    ...paused.map((hold) => html`<${Paused} key=${`${hold.scope} ${hold.queue ?? hold.action}`} hold=${hold} changed=${changed} />`),
  ].filter(Boolean);
  return html`
    <section class="panel waits" aria-label="Waits for you">
      ${items.length > 0
        ? html`<ul>${items}</ul>`
        : throughput && holds && drift
          ? html`<p class="waits-nothing"><${Icon} name="check" />Nothing waits for you.</p>`
          : html`<p class="waits-nothing quiet">No task waits for a decision. What else waits is not known yet.</p>`}
    </section>
  `;
}

/** @param {{ tone: string, icon: string, act: any, children?: any }} props */
const Item = ({ tone, icon, act, children }) => html`
  <li><span class="waits-icon tone-${tone}"><${Icon} name=${icon} /></span><span class="waits-text">${children}</span>${act}</li>
`;

/** @param {{ alarm: Drift }} props */
const Drifting = ({ alarm: { action, alarm_since, shift, map_version } }) => html`
  <${Item} tone="failed" icon="warning" act=${html`<a class="button small" href=${href('/calibration', { action })}>Look at it</a>`}>
    <strong>Confidences ${action === null ? 'of all actions' : html`of <bdi>${action}</bdi>`} have drifted</strong> since ${alarm_since}:
    ${' '}${shift !== null && `of 100 outcomes ${Math.abs(100 * shift).toFixed(1)} ${shift < 0 ? 'fewer' : 'more'} came true than ${map_version === null ? 'was stated' : `map ${map_version} said`}.`}
  <//>
`;

/** @param {{ hold: Hold, changed: () => void }} props */
const Paused = ({ hold, changed }) => html`
  <${Item} tone="retrying" icon="lock" act=${html`<${ResumeButton} hold=${hold} changed=${changed} />`}>
    ${hold.scope === 'QUEUE' ? 'Queue' : 'Action'} <strong><bdi>${hold.queue ?? hold.action}</bdi></strong> paused by${' '}
    <bdi>${hold.by}</bdi> <${Age} at=${hold.since} />${hold.until && html`, until <${Age} at=${hold.until} />`}:
    ${' '}<bdi>${hold.reason}</bdi>
  <//>
`;
