// @ts-check
/** The form of a new task, with every field there is. What the server refuses is said at the field it names. */
import { words } from '../lib/format.js';
import { html } from '../lib/html.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';
import { PRIORITIES, RISK_LEVELS } from '../lib/status.js';
import { useTitle } from '../lib/title.js';
import { Field } from '../ui/Field.js';
import { LiveControl } from '../ui/Live.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Amount, Area, Choice, Line, orDefault } from './submit/Choices.js';
import { MoreFields } from './submit/MoreFields.js';
import { ParamFields } from './submit/ParamFields.js';
import { useSubmission } from './submit/useSubmission.js';

/** @import { Metrics } from '../lib/types.js' */
/** @import { Resource } from '../lib/resource.js' */
/** @import { Submission } from './submit/useSubmission.js' */

/** @param {{ query: URLSearchParams, metrics: Resource<Metrics> }} props */
export function SubmitScreen({ query, metrics }) {
  const form = useSubmission(query);
  const { fields, set, errors, sending } = form;
  const lacks = lacking(useSession().me, 'OPERATOR');
  useTitle('Submit a task');
  return html`
    <${ScreenHead} title="Submit a task"><${LiveControl} failing=${metrics.error !== null} /><//>
    <form class="panel submit" ref=${form.form} onSubmit=${form.submit} novalidate>
      ${errors.form && html`<p class="form-error" role="alert"><bdi>${errors.form}</bdi></p>`}
      <${ActionField} form=${form} />
      <${ParamFields} form=${form} />
      <${Area}
        form=${form}
        name="action_params"
        label="Parameters"
        class="mono"
        rows=${form.params.length > 0 ? 4 : 7}
        spellcheck=${false}
        hint="A JSON object. It is sent letter for letter, large numbers unchanged.${form.params.length > 0 ? ' The fields above write into it.' : ''}"
      />
      <div class="fields">
        <${Choice} form=${form} name="priority" label="Priority" options=${orDefault(PRIORITIES)} />
        <${Choice} form=${form} name="risk_level" label="Risk" options=${orDefault(RISK_LEVELS)} />
        <${Amount} form=${form} name="confidence_score" label="Confidence" hint="0 to 1: how sure you are that it will succeed." />
      </div>
      <${Line} form=${form} name="description" label="Description" />
      <${Field}
        label="Dry run"
        class="tick"
        hint=${form.action && !form.action.dry_run ? 'This action cannot say what it would do: nothing happens, and the result says so.' : 'Says what it would do, if the action can, and does nothing.'}
        error=${errors.dry_run}
        control=${(/** @type {object} */ rest) => html`
          <input
            ...${rest}
            type="checkbox"
            name="dry_run"
            checked=${fields.dry_run === 'true'}
            onChange=${(/** @type {any} */ event) => set('dry_run', event.target.checked ? 'true' : '')}
          />
        `}
      />
      <${MoreFields} form=${form} />
      <div class="form-end">
        <button class="primary" title=${lacks} disabled=${sending || lacks !== null}>${sending ? 'Submitting' : 'Submit the task'}</button>
      </div>
      ${lacks && html`<p class="quiet">${lacks}</p>`}
    </form>
  `;
}

/** @param {{ form: Submission }} props */
const ActionField = ({ form }) => html`
  <${Line} form=${form} name="action_name" label="Action" hint=${about(form)} list="offered-actions" spellcheck=${false} autocapitalize="none" required />
  <datalist id="offered-actions">
    ${form.actions.data?.map(({ name, description }) => html`<option key=${name} value=${name}>${description}</option>`)}
  </datalist>
`;

/** @param {Submission} form */
function about({ action, actions, fields }) {
  if (action) {
    const risk = action.minimum_risk === 'LOW' ? '' : ` Its risk is ${words(action.minimum_risk)} at least.`;
    const offered = action.nodes.length > 0 ? '' : ' No node that lives offers it now.';
    return `${action.description ?? 'It says nothing about itself.'}${risk}${offered}`;
  }
  if (actions.error) return `The name an action is registered under. Which there are could not be loaded: ${actions.error.message}`;
  return fields.action_name.trim() && actions.data ? 'No action of this name is known.' : 'The name an action is registered under, as in echo.';
}
