// @ts-check
/** The filter as one line, with suggestions. What is applied stands in the address; what cannot be understood is said. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { Icon } from '../../ui/Icon.js';
import { useKeys } from '../../keys.js';
import { go } from '../../router.js';
import { listHref, narrows } from './filter.js';
import { lineOf, parseLine } from './query.js';
import { completed, suggestionsFor } from './suggest.js';

/** @import { Filter } from './filter.js' */
/** @import { Known, Suggestion } from './suggest.js' */

/** @param {{ filter: Filter, known: Known }} props */
export function FilterBar({ filter, known }) {
  const applied = lineOf(filter);
  const [line, setLine] = useState(applied);
  const [caret, setCaret] = useState(0);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [faults, setFaults] = useState(/** @type {string[]} */ ([]));
  const input = useRef(/** @type {HTMLInputElement | null} */ (null));
  const place = useRef(-1); // where the caret belongs once the line is written
  const id = useId();
  useLayoutEffect(() => {
    if (place.current >= 0) input.current?.setSelectionRange(place.current, place.current);
    place.current = -1;
  }, [line]);
  useKeys({ '/': () => input.current?.focus() });
  useEffect(() => {
    setLine(applied);
    setFaults([]);
  }, [applied]);
  const suggestions = open ? suggestionsFor(line, caret, known) : [];
  useLayoutEffect(() => document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' }), [chosen]);

  /** @param {string} written */
  const apply = (written) => {
    const { filter: wanted, faults: wrong } = parseLine(written);
    setFaults(wrong);
    setOpen(false);
    if (wrong.length > 0) return;
    setLine(lineOf(/** @type {Filter} */ (wanted))); // also when it changes nothing but how the line is written
    go(listHref(wanted));
  };
  /** @param {Suggestion} suggestion */
  const take = (suggestion) => {
    const after = completed(line, caret, suggestion);
    setLine(after.line);
    setChosen(-1);
    if (suggestion.whole) return apply(after.line);
    setCaret(after.caret);
    place.current = after.caret;
    input.current?.focus();
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const down = event.key === 'ArrowDown';
    if (down || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (suggestions.length > 0) setChosen((chosen + (down ? 1 : -1) + suggestions.length + (chosen < 0 && !down ? 1 : 0)) % suggestions.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (suggestions[chosen]) take(suggestions[chosen]);
      else apply(line);
    } else if (event.key === 'Tab' && !event.shiftKey && suggestions[chosen]) {
      event.preventDefault();
      take(suggestions[chosen]);
    } else if (event.key === 'Escape') {
      if (suggestions.length > 0) setOpen(false);
      else input.current?.blur();
      setChosen(-1);
    }
  };
  const follow = () => setCaret(input.current?.selectionStart ?? 0);
  return html`
    <form class="filter-bar" role="search" aria-label="Filter tasks" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <div class="filter-line">
        <input
          ref=${input}
          type="text"
          role="combobox"
          aria-label="Filter"
          aria-expanded=${suggestions.length > 0}
          aria-controls="${id}-list"
          aria-autocomplete="list"
          aria-activedescendant=${suggestions[chosen] ? `${id}-${chosen}` : null}
          aria-invalid=${faults.length > 0 ? 'true' : null}
          aria-describedby=${faults.length > 0 ? `${id}-faults` : null}
          class=${narrows(filter) ? 'chosen mono' : 'mono'}
          placeholder="status:FAILED  action:  confidence:<0.6  created:<1h   /"
          autocomplete="off"
          autocapitalize="none"
          spellcheck=${false}
          value=${line}
          onInput=${(/** @type {any} */ event) => {
            setLine(event.target.value);
            setChosen(-1);
            setOpen(true);
            follow();
          }}
          onFocus=${() => (setOpen(true), follow())}
          onClick=${() => (setOpen(true), follow())}
          onKeyUp=${follow}
          onKeyDown=${press}
          onBlur=${() => setOpen(false)}
        />
        ${line.trim() !== applied && html`<button type="button" class="primary" onClick=${() => apply(line)}>Apply</button>`}
        ${(narrows(filter) || line !== '') && html`<button type="button" onClick=${() => (setLine(''), apply(''))}>Clear</button>`}
        <ul class="suggestions" id="${id}-list" role="listbox" aria-label="Suggestions" hidden=${suggestions.length === 0}>
          ${suggestions.map(
            (suggestion, at) => html`
              <li
                key=${suggestion.term}
                id="${id}-${at}"
                role="option"
                aria-selected=${at === chosen}
                onMouseDown=${(/** @type {Event} */ event) => event.preventDefault()}
                onClick=${() => take(suggestion)}
              >
                <bdi class="mono">${suggestion.term}</bdi><span class="quiet">${suggestion.note}</span>
              </li>
            `,
          )}
        </ul>
      </div>
      ${faults.length > 0 &&
      html`<div id="${id}-faults" role="alert">${faults.map((fault) => html`<p key=${fault} class="field-error"><${Icon} name="warning" /><bdi>${fault}</bdi></p>`)}</div>`}
    </form>
  `;
}
