// @ts-check
/** A field for each parameter that the action's schema names. They read and write the JSON below, but for what is secret. */
import { html } from '../../lib/html.js';
import { inWords } from '../../lib/params.js';
import { Field } from '../../ui/Field.js';

/** @import { Param } from '../../lib/params.js' */
/** @import { Submission } from './useSubmission.js' */

/** @param {{ form: Submission }} props */
export const ParamFields = ({ form }) =>
  form.params.length > 0 &&
  html`
    <fieldset class="params">
      <legend>Parameters of <bdi>${form.action?.name}</bdi></legend>
      ${!form.readable && html`<p class="warn-text" role="status">The JSON below cannot be read. Mend it to fill in these fields.</p>`}
      ${form.params.map((param) => html`<${ParamField} key=${`${form.action?.name} ${param.name}`} form=${form} param=${param} />`)}
    </fieldset>
  `;

/** @param {{ form: Submission, param: Param }} props */
const ParamField = ({ form, param }) => html`
  <${Field}
    label=${`${param.name}${param.required ? ' (required)' : ''}`}
    hint=${hintOf(param)}
    error=${form.errors[`action_params/${param.name}`]}
    control=${(/** @type {object} */ rest) => html`
      <${Control}
        param=${param}
        attributes=${{
          ...rest,
          'aria-required': param.required ? 'true' : null,
          disabled: !form.readable && param.kind !== 'secret',
          placeholder: param.usual,
          value: form.draft(param),
          onInput: (/** @type {any} */ event) => form.setParam(param, event.target.value),
        }}
      />
    `}
  />
`;

/** @param {{ param: Param, attributes: object }} props */
function Control({ param: { kind, choices, usual }, attributes }) {
  if (kind === 'choice' || kind === 'boolean') {
    const options = kind === 'boolean' ? [true, false] : choices;
    return html`
      <select ...${attributes}>
        <option value="">${usual ? `Not given: ${usual}` : 'Not given'}</option>
        ${options.map((option) => html`<option key=${JSON.stringify(option)} value=${JSON.stringify(option)}>${inWords(option)}</option>`)}
      </select>
    `;
  }
  if (kind === 'secret') return html`<input type="password" autocomplete="new-password" ...${attributes} />`;
  if (kind === 'json') return html`<textarea class="mono" rows="2" spellcheck=${false} ...${attributes}></textarea>`;
  if (kind === 'long') return html`<textarea rows="2" ...${attributes}></textarea>`;
  return html`<input autocomplete="off" spellcheck=${false} inputmode=${kind === 'number' ? 'decimal' : null} ...${attributes} />`;
}

/** @param {Param} param */
function hintOf({ kind, hint }) {
  if (kind === 'secret') return `${hint} Sealed by the server: shown to nobody, and not in the JSON below.`.trim();
  if (kind === 'json') return `${hint} As JSON.`.trim();
  if (kind === 'loose') return `${hint} A text, or JSON of another kind.`.trim();
  return hint;
}
