// @ts-check
import { html } from '../../lib/html.js';
import { percent } from '../../lib/format.js';
import { Meter } from '../../ui/Meter.js';

/** @import { Task } from '../../lib/types.js' */

/** @param {{ progress: NonNullable<Task['progress']> }} props */
export const Progress = ({ progress: { fraction, message } }) => html`
  <section class="panel progress" aria-label="Progress">
    <h2>Progress</h2>
    <${Meter} value=${fraction} of=${1} />
    <span class="tabular">${percent(fraction)}</span>
    ${message && html`<bdi class="quiet">${message}</bdi>`}
  </section>
`;
