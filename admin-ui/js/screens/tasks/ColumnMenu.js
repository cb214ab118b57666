// @ts-check
import { useEffect, useRef } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { COLUMNS } from './columns.js';

/** @import { ColumnName } from './columns.js' */

/**
 * Which columns the list shows, kept in this browser.
 * @param {{ columns: { shown: Set<string>, own: boolean, toggle: (name: ColumnName) => void, reset: () => void } }} props
 */
export function ColumnMenu({ columns: { shown, own, toggle, reset } }) {
  const menu = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  useEffect(() => {
    /** @param {Event} event */
    const leave = (event) => {
      if (menu.current?.open && !(event.target instanceof Node && menu.current.contains(event.target))) menu.current.open = false;
    };
    document.addEventListener('click', leave);
    return () => document.removeEventListener('click', leave);
  }, []);
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (event.key !== 'Escape' || !menu.current?.open) return;
    event.stopPropagation();
    menu.current.open = false;
    menu.current.querySelector('summary')?.focus();
  };
  return html`
    <details class="menu" ref=${menu} onKeyDown=${press}>
      <summary class="button small">Columns</summary>
      <fieldset>
        <legend class="sr-only">Columns of the list</legend>
        ${COLUMNS.map(
          ({ name, title }) => html`
            <label key=${name}><input type="checkbox" checked=${shown.has(name)} onChange=${() => toggle(name)} />${title}</label>
          `,
        )}
        <button type="button" class="small" disabled=${!own} onClick=${reset}>As it was</button>
      </fieldset>
    </details>
  `;
}
