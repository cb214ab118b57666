// @ts-check
/** The form of a new task. What the server refuses is said at the field it names. */
import { useEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { submitTask } from '../lib/api.js';
import { words } from '../lib/format.js';
import { html } from '../lib/html.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';
import { PRIORITIES, RISK_LEVELS } from '../lib/status.js';
import { bodyOf, placed, unreadable } from '../lib/submission.js';
import { useTitle } from '../lib/title.js';
import { go, taskHref } from '../router.js';
import { Field } from '../ui/Field.js';
import { LiveControl } from '../ui/Live.js';
import { ScreenHead } from '../ui/ScreenHead.js';

/** @typedef {object} Bound attributes of a control */
/** @import { FieldErrors, Fields } from '../lib/submission.js' */
/** @import { Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */

/** Folded as long as nothing is wrong with them. @type {(keyof Fields)[]} */
const FOR_DECIDERS = ['reasoning', 'alternatives', 'reversible', 'undo'];

/** @param {{ query: URLSearchParams, metrics: Resource<Metrics> }} props */
export function SubmitScreen({ query, metrics }) {
  const { fields, set, errors, sending, submit, form } = useSubmission(query);
  const lacks = lacking(useSession().me, 'OPERATOR');
  useTitle('Submit a task');

  /** @param {keyof Fields} name */
  const bound = (name) => ({ value: fields[name], name, onInput: (/** @type {any} */ event) => set(name, event.target.value) });
  return html`
    <${ScreenHead} title="Submit a task"><${LiveControl} failing=${metrics.error !== null} /><//>
    <form class="panel submit" ref=${form} onSubmit=${submit} novalidate>
      ${errors.form && html`<p class="form-error" role="alert"><bdi>${errors.form}</bdi></p>`}
      <${Field}
        label="Action"
        hint="The name an action is registered under, as in echo."
        error=${errors.action_name}
        control=${(/** @type {Bound} */ rest) => html`
          <input ...${rest} ...${bound('action_name')} autocomplete="off" spellcheck=${false} required />
        `}
      />
      <${Field}
        label="Parameters"
        hint="A JSON object. It is sent letter for letter, large numbers unchanged."
        error=${errors.action_params}
        control=${(/** @type {Bound} */ rest) => html`
          <textarea ...${rest} ...${bound('action_params')} class="mono" rows="7" spellcheck=${false}></textarea>
        `}
      />
      <div class="fields">
        <${Field} label="Priority" error=${errors.priority} control=${choices(PRIORITIES, bound('priority'))} />
        <${Field} label="Risk" error=${errors.risk_level} control=${choices(RISK_LEVELS, bound('risk_level'))} />
        <${Field}
          label="Confidence"
          hint="0 to 1: how sure you are that it will succeed."
          error=${errors.confidence_score}
          control=${(/** @type {Bound} */ rest) => html`
            <input ...${rest} ...${bound('confidence_score')} inputmode="decimal" autocomplete="off" placeholder="Not given" />
          `}
        />
      </div>
      <${Field}
        label="Description"
        error=${errors.description}
        control=${(/** @type {Bound} */ rest) => html`
          <input ...${rest} ...${bound('description')} autocomplete="off" />
        `}
      />
      <${Field}
        label="Dry run"
        class="tick"
        hint="Says what it would do, if the action can, and does nothing."
        error=${errors.dry_run}
        control=${(/** @type {Bound} */ rest) => html`
          <input
            ...${rest}
            type="checkbox"
            name="dry_run"
            checked=${fields.dry_run === 'true'}
            onChange=${(/** @type {any} */ event) => set('dry_run', event.target.checked ? 'true' : '')}
          />
        `}
      />
      <details class="more" open=${FOR_DECIDERS.some((name) => errors[name])}>
        <summary>For the people who may have to decide about it</summary>
        <div class="more-fields">
          <${Field}
            label="Reasoning"
            hint="Why it is to be done."
            error=${errors.reasoning}
            control=${(/** @type {Bound} */ rest) => html`<textarea ...${rest} ...${bound('reasoning')} rows="3"></textarea>`}
          />
          <${Field}
            label="Alternatives"
            hint="What else could be done, one a line."
            error=${errors.alternatives}
            control=${(/** @type {Bound} */ rest) => html`<textarea ...${rest} ...${bound('alternatives')} rows="3"></textarea>`}
          />
          <${Field}
            label="Reversible"
            error=${errors.reversible}
            control=${(/** @type {Bound} */ rest) => html`
              <select ...${rest} ...${bound('reversible')}>
                <option value="">Not said</option>
                <option value="true">Yes, it can be undone</option>
                <option value="false">No</option>
              </select>
            `}
          />
          <${Field}
            label="How to undo it"
            error=${errors.undo}
            control=${(/** @type {Bound} */ rest) => html`<textarea ...${rest} ...${bound('undo')} rows="2"></textarea>`}
          />
        </div>
      </details>
      <div class="form-end">
        <button class="primary" title=${lacks} disabled=${sending || lacks !== null}>${sending ? 'Submitting' : 'Submit the task'}</button>
      </div>
      ${lacks && html`<p class="quiet">${lacks}</p>`}
    </form>
  `;
}

/**
 * @param {string[]} values
 * @param {object} bound
 */
const choices = (values, bound) => (/** @type {Bound} */ rest) => html`
  <select ...${rest} ...${bound}>
    <option value="">Server’s default</option>
    ${values.map((value) => html`<option value=${value}>${words(value)}</option>`)}
  </select>
`;

/** @param {URLSearchParams} query an example to start from */
function useSubmission(query) {
  const [fields, setFields] = useState(() => ({
    action_name: query.get('action') ?? '',
    action_params: query.get('params') ?? '{}',
    priority: '',
    risk_level: '',
    confidence_score: '',
    description: '',
    dry_run: '',
    reasoning: '',
    alternatives: '',
    reversible: '',
    undo: '',
  }));
  const [errors, setErrors] = useState(/** @type {FieldErrors} */ ({}));
  const [sending, setSending] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));

  useEffect(() => {
    /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector('[aria-invalid]'))?.focus();
  }, [errors]);

  /**
   * @param {keyof Fields} name
   * @param {string} value
   */
  const set = (name, value) => setFields((before) => ({ ...before, [name]: value }));

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const faults = unreadable(fields);
    setErrors(faults);
    if (sending || Object.keys(faults).length > 0) return;
    setSending(true);
    await submitTask(bodyOf(fields)).then(
      ({ id }) => go(taskHref(id)),
      (refusal) => setErrors(placed(refusal, fields)),
    );
    setSending(false);
  }

  return { fields, set, errors, sending, submit, form };
}
