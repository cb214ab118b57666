// @ts-check
import { useEffect, useRef, useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { words } from '../../lib/format.js';
import { PRIORITIES, RISK_LEVELS, STATUSES } from '../../lib/status.js';
import { useKeys } from '../../keys.js';
import { go, replace } from '../../router.js';
import { changed, listHref, narrows } from './filter.js';

/** @import { Queue } from '../../lib/types.js' */
/** @import { Filter } from './filter.js' */

const TYPING_PAUSE_MS = 300;

/** @param {{ filter: Filter, queues: Queue[] }} props */
export function Filters({ filter, queues }) {
  /** @param {Partial<Filter>} change */
  const choose = (change) => go(listHref(changed(filter, change)));
  return html`
    <form class="filters" role="search" aria-label="Filter tasks" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <${ActionInput} filter=${filter} />
      <${Choice} name="status" any="Any status" filter=${filter} choose=${choose} values=${STATUSES.map(({ name }) => name)} />
      <${Choice} name="queue" any="Any queue" filter=${filter} choose=${choose} values=${queues.map(({ name }) => name)} literal />
      <${Choice} name="priority" any="Any priority" filter=${filter} choose=${choose} values=${PRIORITIES} />
      <${Choice} name="risk" any="Any risk" filter=${filter} choose=${choose} values=${RISK_LEVELS} />
      ${filter.workflow_id &&
      html`<button type="button" class="token" title="Drop this filter" onClick=${() => choose({ workflow_id: '' })}>
        workflow <bdi class="mono">${filter.workflow_id}</bdi> ×
      </button>`}
      ${narrows(filter) && html`<a class="button plain" href=${listHref({})}>Clear</a>`}
    </form>
  `;
}

/**
 * What is typed reaches the address after a short pause, without a step in the history for every letter.
 * @param {{ filter: Filter }} props
 */
function ActionInput({ filter }) {
  const [text, setText] = useState(filter.action);
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  useKeys({ '/': () => input.current?.select() });
  useEffect(() => setText(filter.action), [filter.action]);
  useEffect(() => {
    if (text.trim() === filter.action) return;
    const apply = () => replace(listHref(changed(filter, { action: text.trim() })));
    const timer = setTimeout(apply, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return html`
    <input
      ref=${input}
      type="search"
      aria-label="Action"
      placeholder="Action name   /"
      autocomplete="off"
      spellcheck=${false}
      value=${text}
      onInput=${(/** @type {any} */ event) => setText(event.target.value)}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && input.current?.blur()}
    />
  `;
}

/**
 * @param {{ name: keyof Filter, any: string, filter: Filter, values: string[], choose: (change: Partial<Filter>) => void, literal?: boolean }} props
 */
function Choice({ name, any, filter, values, choose, literal = false }) {
  const chosen = filter[name];
  // An address may name what is not in the list (yet): show it, or the field would lie.
  const all = chosen === '' || values.includes(chosen) ? values : [...values, chosen];
  return html`
    <select
      aria-label=${words(name)}
      class=${chosen ? 'chosen' : ''}
      value=${chosen}
      onChange=${(/** @type {any} */ event) => choose({ [name]: event.target.value })}
    >
      <option value="">${any}</option>
      ${all.map((value) => html`<option key=${value} value=${value}>${literal ? value : words(value)}</option>`)}
    </select>
  `;
}
