// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { useNow } from '../../lib/clock.js';
import { absolute, counted, duration, growing } from '../../lib/format.js';
import { toneOfOutcome } from '../../lib/status.js';
import { lanesOf } from '../../lib/timeline.js';
import { Outcome } from '../../ui/Status.js';
import { useZone } from '../../ui/Time.js';
import { ErrorText } from './ErrorText.js';

/** @import { Attempt, Task } from '../../lib/types.js' */
/** @import { Lane } from '../../lib/timeline.js' */

/** @param {{ task: Task, attempts: Attempt[] }} props */
export function Attempts({ task, attempts }) {
  const now = useNow();
  const lanes = lanesOf(task.created_at, attempts, now);
  const last = attempts.at(-1);
  return html`
    <section class="panel attempts">
      <div class="panel-head">
        <h2>Attempts</h2>
        <${Legend} lanes=${lanes} />
      </div>
      ${lanes.length === 0 && html`<p class="panel-note">No attempt has started.</p>`}
      <ol>
        ${lanes.map((lane) => html`<${AttemptLane} key=${lane.attempt.attempt} lane=${lane} last=${lane.attempt === last} />`)}
      </ol>
    </section>
  `;
}

/** @param {{ lanes: Lane[] }} props */
const Legend = ({ lanes }) =>
  lanes.length > 0 &&
  html`
    <p class="legend">
      <span class="legend-wait"></span>waiting <span class="legend-run"></span>running
      ${lanes.some(({ cut }) => cut) && html`<span>· a dashed wait is drawn shorter than it was</span>`}
    </p>
  `;

/** @param {{ lane: Lane, last: boolean }} props */
function AttemptLane({ lane, last }) {
  const { attempt, waited, ran } = lane;
  const zone = useZone();
  return html`
    <li>
      <div class="lane">
        <span class="lane-number">${attempt.attempt}</span>
        <${Outcome} outcome=${attempt.outcome} />
        <${Bar} lane=${lane} />
        <span class="lane-spans">
          <span class="quiet">waited ${duration(waited)}</span>
          <span>${attempt.ended_at ? `ran ${duration(ran)}` : `running ${growing(ran)}`}</span>
        </span>
      </div>
      <p class="lane-facts">
        <span>on <span class="mono">${attempt.node}</span></span>
        <time datetime=${attempt.started_at}>${absolute(Date.parse(attempt.started_at), zone)}</time>
        ${attempt.confidence_score !== null && html`<span>confidence ${attempt.confidence_score}</span>`}
      </p>
      ${attempt.error && html`<${ErrorText} text=${attempt.error} />`}
      ${attempt.log.length > 0 && html`<${Log} lines=${attempt.log} open=${last} zone=${zone} />`}
    </li>
  `;
}

/**
 * Waiting as a thin line, running as a bar. The words beside it say the same.
 * @param {{ lane: Lane }} props
 */
const Bar = ({ lane: { attempt, wait, run, cut } }) => html`
  <svg class="lane-bar tone-${toneOfOutcome(attempt.outcome)}" aria-hidden="true">
    <line class=${cut ? 'bar-wait bar-cut' : 'bar-wait'} x1="${wait.from}%" x2="${wait.from + wait.width}%" y1="50%" y2="50%" />
    <rect class="bar-run" x="${Math.min(run.from, 100 - run.width)}%" width="${run.width}%" y="15%" height="70%" rx="2" />
  </svg>
`;

/**
 * `open` counts once: a log must not fold under its reader when the next attempt starts.
 * @param {{ lines: Attempt['log'], open: boolean, zone: 'local' | 'utc' }} props
 */
function Log({ lines, open, zone }) {
  const [startsOpen] = useState(open);
  return html`
    <details class="log" open=${startsOpen}>
      <summary>${counted(lines.length, 'log line')}</summary>
      <ol tabindex="0" aria-label="Log">
        ${lines.map(({ at, line }, index) => html`<${LogLine} key=${index} time=${absolute(Date.parse(at), zone)} line=${line} />`)}
      </ol>
    </details>
  `;
}

/** @param {{ time: string, line: string }} props */
const LogLine = ({ time, line }) => html`<li><span class="quiet" title=${time}>${time.slice(11, 23)}</span><bdi>${line}</bdi></li>`;
