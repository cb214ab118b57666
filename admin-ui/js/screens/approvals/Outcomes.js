// @ts-check
import { html } from '../../lib/html.js';
import { taskHref } from '../../router.js';
import { Outcome } from '../../ui/Status.js';
import { Age } from '../../ui/Time.js';

/** @import { Evidence } from '../../lib/types.js' */

const SHOWN = 8;

/** How the same action ended lately. @param {{ evidence: Evidence }} props */
export const Outcomes = ({ evidence: { action_name, latest_outcomes: outcomes } }) => html`
  <section class="panel outcomes">
    <div class="panel-head"><h2>Latest ends of <bdi>${action_name}</bdi></h2></div>
    ${outcomes.length === 0 && html`<p class="panel-note">It never ran, as far as it is remembered.</p>`}
    <ul>
      ${outcomes.slice(0, SHOWN).map(
        ({ task_id, attempt, outcome, ended_at, error }) => html`
          <li key=${`${task_id} ${attempt}`}>
            <${Outcome} outcome=${outcome} />
            <a class="mono" href=${taskHref(task_id)}>${task_id}</a>
            <bdi class="outcomes-error mono" title=${error}>${error?.split('\n')[0]}</bdi>
            <span class="quiet"><${Age} at=${ended_at} /></span>
          </li>
        `,
      )}
    </ul>
  </section>
`;
