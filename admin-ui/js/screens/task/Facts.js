// @ts-check
import { html } from '../../lib/html.js';
import { ABSENT, words } from '../../lib/format.js';
import { hasEnded } from '../../lib/status.js';
import { Elapsed, Moment } from '../../ui/Time.js';
import { listHref } from '../tasks/filter.js';

/** @import { Task } from '../../lib/types.js' */

/** @param {{ task: Task }} props */
export const Facts = ({ task }) => html`
  <section class="panel facts" aria-label="Facts">
    <dl>
      <${Fact} name="Action"><a href=${listHref({ action: task.action_name })}><bdi>${task.action_name}</bdi></a><//>
      <${Fact} name="Queue"><a href=${listHref({ queue: task.queue })}><bdi>${task.queue}</bdi></a><//>
      <${Fact} name="Workflow"><a class="mono" href=${listHref({ workflow_id: task.workflow_id })}><bdi>${task.workflow_id}</bdi></a><//>
      <${Fact} name="Created by"><bdi>${task.created_by ?? ABSENT}</bdi><//>
      <${Fact} name="Priority">${words(task.priority)}<//>
      <${Fact} name="Risk">${words(task.risk_level)}<//>
      <${Fact} name="Confidence">${task.confidence_score ?? 'not given'}<//>
      <${Fact} name="Attempts">${attempts(task)}<//>
      ${task.dry_run && html`<${Fact} name="Dry run">only says what it would do<//>`}
    </dl>
    <dl class="times">
      <${Fact} name="Created"><${Moment} at=${task.created_at} /><//>
      <${Fact} name=${hasEnded(task.status) ? 'Was due' : 'Due'}><${Moment} at=${task.run_at} /><//>
      <${Fact} name="Started"><${Moment} at=${task.started_at} /><//>
      <${Fact} name="Ended"><${Moment} at=${task.completed_at} /><//>
      <${Fact} name="Waited to start"><${Elapsed} from=${task.created_at} to=${task.started_at ?? task.completed_at} /><//>
      <${Fact} name="Start to end"><${Elapsed} from=${task.started_at} to=${task.completed_at} /><//>
    </dl>
  </section>
`;

/** @param {{ name: string, children?: any }} props */
const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** A retry gives as many attempts anew. @param {Task} task */
const attempts = ({ attempt_count: made, max_attempts: most }) => (made > most ? `${made}, with ${most} anew at each retry` : `${made} of ${most}`);
