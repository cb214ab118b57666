// @ts-check
import { html } from '../../lib/html.js';

/** @import { Task } from '../../lib/types.js' */

/** @param {Task} task */
export const isSaid = ({ reasoning, alternatives, reversible, undo }) =>
  [reasoning, alternatives, reversible, undo].some((said) => said !== null);

/**
 * What the submitter says about it, as entries of a list.
 * @param {{ task: Task }} props
 */
export const Rationale = ({ task: { reasoning, alternatives, reversible, undo } }) => html`
  ${reasoning && html`<div><dt>Reasoning</dt><dd class="as-written"><bdi>${reasoning}</bdi></dd></div>`}
  ${alternatives &&
  html`
    <div>
      <dt>Alternatives</dt>
      <dd><ul>${alternatives.map((alternative, index) => html`<li key=${index}><bdi>${alternative}</bdi></li>`)}</ul></dd>
    </div>
  `}
  ${reversible !== null && html`<div><dt>Reversible</dt><dd>${reversible ? 'yes' : 'no'}, its submitter says</dd></div>`}
  ${undo && html`<div><dt>To undo it</dt><dd class="as-written"><bdi>${undo}</bdi></dd></div>`}
`;
