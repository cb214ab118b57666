// @ts-check
import { useEffect, useRef, useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { useKeys } from '../../keys.js';
import { go } from '../../router.js';
import { auditHref, changed, narrows } from './filter.js';

/** @import { Filter } from './filter.js' */

const TYPED = /** @type {const} */ ([
  { name: 'principal', label: 'Who', example: 'Who   /' },
  { name: 'operation', label: 'Operation', example: 'Operation, as task.retry' },
  { name: 'target', label: 'Target', example: 'Target, as a task’s id' },
]);

/**
 * The server compares whole values, so half a word would only empty the list: it is asked on Enter.
 * @param {{ filter: Filter }} props
 */
export function AuditFilters({ filter }) {
  const { principal, operation, target } = filter;
  const [typed, setTyped] = useState({ principal, operation, target });
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));
  useKeys({ '/': () => form.current?.querySelector('input')?.select() });
  useEffect(() => setTyped({ principal, operation, target }), [principal, operation, target]);
  /** @param {Event} event */
  const apply = (event) => {
    event.preventDefault();
    const [who, what, whereto] = TYPED.map(({ name }) => typed[name].trim());
    go(auditHref(changed(filter, { principal: who, operation: what, target: whereto })));
  };
  return html`
    <form class="filters" role="search" aria-label="Filter the audit" ref=${form} onSubmit=${apply}>
      ${TYPED.map(
        ({ name, label, example }) => html`
          <input
            key=${name}
            type="search"
            class=${filter[name] ? 'chosen' : ''}
            aria-label=${label}
            placeholder=${example}
            autocomplete="off"
            autocapitalize="none"
            spellcheck=${false}
            value=${typed[name]}
            onInput=${(/** @type {any} */ event) => setTyped({ ...typed, [name]: event.target.value })}
            onKeyDown=${(/** @type {any} */ event) => event.key === 'Escape' && event.target.blur()}
          />
        `,
      )}
      <button>Filter</button>
      <${Limit} name="from" filter=${filter} />
      <${Limit} name="to" filter=${filter} />
      ${narrows(filter) && html`<a class="button plain" href=${auditHref({})}>Clear</a>`}
    </form>
  `;
}

/**
 * A time that the address sets.
 * @param {{ name: 'from' | 'to', filter: Filter }} props
 */
const Limit = ({ name, filter }) =>
  filter[name] &&
  html`
    <a class="button token" title="Drop this filter" href=${auditHref(changed(filter, { [name]: '' }))}>
      ${name} <bdi class="mono">${filter[name]}</bdi> ×
    </a>
  `;
