// @ts-check
/** The controls of the form, each bound to its field. */
import { words } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { zoneName } from '../../lib/zoned.js';
import { Field } from '../../ui/Field.js';
import { TextField } from '../../ui/TextField.js';

/** @import { Fields } from '../../lib/submission.js' */
/** @import { Submission } from './useSubmission.js' */

/** @typedef {{ form: Submission, name: keyof Fields, label: string, hint?: string } & Record<string, any>} Bound */

/** @param {Bound} props */
export const Line = ({ form, name, label, hint, ...attributes }) => html`
  <${TextField}
    label=${label}
    hint=${hint}
    error=${form.errors[name]}
    name=${name}
    value=${form.fields[name]}
    set=${(/** @type {string} */ value) => form.set(name, value)}
    ...${attributes}
  />
`;

/** @param {Bound} props */
export const Amount = (props) => html`<${Line} inputmode="decimal" placeholder="Not given" ...${props} />`;

/** @param {Bound} props */
export const When = ({ hint, ...props }) => html`
  <${Line} type="datetime-local" step="1" min="2000-01-01T00:00:00" max="2199-12-31T23:59:59" hint=${`${zoneName(props.form.zone)}. ${hint ?? ''}`} ...${props} />
`;

/** @param {Bound} props */
export const Area = ({ form, name, label, hint, ...attributes }) => html`
  <${Field}
    label=${label}
    hint=${hint}
    error=${form.errors[name]}
    control=${(/** @type {object} */ rest) => html`
      <textarea ...${attributes} ...${rest} name=${name} value=${form.fields[name]} onInput=${(/** @type {any} */ event) => form.set(name, event.target.value)}></textarea>
    `}
  />
`;

/** @param {Bound & { options: [value: string, words: string][] }} props */
export const Choice = ({ form, name, label, hint, options }) => html`
  <${Field}
    label=${label}
    hint=${hint}
    error=${form.errors[name]}
    control=${(/** @type {object} */ rest) => html`
      <select ...${rest} name=${name} value=${form.fields[name]} onInput=${(/** @type {any} */ event) => form.set(name, event.target.value)}>
        ${options.map(([value, text]) => html`<option key=${value} value=${value}>${text}</option>`)}
      </select>
    `}
  />
`;

/**
 * @param {string[]} values
 * @returns {[string, string][]}
 */
export const orDefault = (values) => [['', 'Server’s default'], ...values.map((value) => /** @type {[string, string]} */ ([value, words(value)]))];

/**
 * Fields that most do without: folded as long as nothing is wrong with them, and how many are given is said.
 * @param {{ form: Submission, title: string, names: (keyof Fields)[], children?: any }} props
 */
export function More({ form, title, names, children }) {
  const given = names.filter((name) => form.fields[name].trim() !== '').length;
  return html`
    <details class="more" open=${names.some((name) => form.errors[name])}>
      <summary>${title}${given > 0 && html` <b>(${given} given)</b>`}</summary>
      <div class="more-fields">${children}</div>
    </details>
  `;
}
