// @ts-check
import { html } from '../lib/html.js';
import { Field } from './Field.js';

/**
 * A field of one line; other attributes go to the input.
 * @param {{ label: string, value: string, set: (value: string) => void, hint?: string, error?: string, class?: string } & Record<string, any>} props
 */
export const TextField = ({ label, value, set, hint, error, class: name, inputRef, ...attributes }) => html`
  <${Field}
    label=${label}
    hint=${hint}
    error=${error}
    class=${name}
    control=${(/** @type {object} */ rest) => html`
      <input ref=${inputRef} autocomplete="off" ...${attributes} ...${rest} value=${value} onInput=${(/** @type {any} */ event) => set(event.target.value)} />
    `}
  />
`;

/** The reader writes there at once, also when it comes later than its dialog. @param {HTMLElement | null} input */
const focus = (input) => input?.focus();

/**
 * @param {{ value: string, set: (value: string) => void, hint?: string, optional?: boolean }} props
 */
export const ReasonField = ({ value, set, hint, optional = false }) => html`
  <${TextField}
    label=${optional ? 'Reason (may be left out)' : 'Reason'}
    hint=${hint}
    value=${value}
    set=${set}
    required=${!optional}
    maxlength="1000"
    inputRef=${focus}
  />
`;

/**
 * A box to tick.
 * @param {{ label: string, checked: boolean, set: (checked: boolean) => void, hint?: string } & Record<string, any>} props
 */
export const Tick = ({ label, checked, set, hint, ...attributes }) => html`
  <${Field}
    label=${label}
    hint=${hint}
    class="tick"
    control=${(/** @type {object} */ rest) => html`
      <input type="checkbox" ...${attributes} ...${rest} checked=${checked} onChange=${(/** @type {any} */ event) => set(event.target.checked)} />
    `}
  />
`;

/**
 * @param {{ label: string, value: string, set: (value: string) => void, options: [value: string, name: string][], hint?: string, error?: string }} props
 */
export const Select = ({ label, value, set, options, hint, error }) => html`
  <${Field}
    label=${label}
    hint=${hint}
    error=${error}
    control=${(/** @type {object} */ rest) => html`
      <select ...${rest} value=${value} onChange=${(/** @type {any} */ event) => set(event.target.value)}>
        ${options.map(([option, name]) => html`<option key=${option} value=${option}>${name}</option>`)}
      </select>
    `}
  />
`;
