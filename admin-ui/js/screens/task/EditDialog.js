// @ts-check
/** What can be changed of a task that waits. Only what was changed is sent, for the version that was seen. */
import { useState } from '../../../vendor/hooks.module.js';
import { ApiError, editTask } from '../../lib/api.js';
import { html } from '../../lib/html.js';
import { words } from '../../lib/format.js';
import { prettyJson } from '../../lib/json.js';
import { lacking } from '../../lib/roles.js';
import { useSession } from '../../lib/session.js';
import { PRIORITIES } from '../../lib/status.js';
import { zonedText, zoneName } from '../../lib/zoned.js';
import { changesOf, editBody, editFaults } from '../../lib/taskEdit.js';
import { Dialog } from '../../ui/Dialog.js';
import { Field } from '../../ui/Field.js';
import { ReasonField, Select, TextField } from '../../ui/TextField.js';
import { useZone } from '../../ui/Time.js';

/** @import { Edited } from '../../lib/taskEdit.js' */
/** @import { FieldError, Task } from '../../lib/types.js' */

/** @param {{ task: Task, raw: Map<string, string>, close: () => void }} props */
export function EditDialog({ task, raw, close }) {
  const zone = useZone();
  const { me } = useSession();
  const [seen] = useState(() => asText(task, raw, zone));
  const [fields, setFields] = useState(seen);
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState(/** @type {Partial<Edited>} */ ({}));
  const changes = changesOf(seen, fields);
  const decides = task.status === 'DEFERRED' ? lacking(me, 'APPROVER') : null;
  /** @param {keyof Edited} name */
  const set = (name) => (/** @type {string} */ value) => setFields((before) => ({ ...before, [name]: value }));

  const answer = async () => {
    const faults = editFaults(changes);
    setErrors(faults);
    if (Object.keys(faults).length > 0) throw new Error('Nothing was changed. See the marked fields.');
    try {
      await editTask(task.id, editBody(task.version, reason.trim(), changes, zone));
    } catch (refusal) {
      if (refusal instanceof ApiError) setErrors(atFields(refusal.errors));
      throw refusal;
    }
  };
  return html`
    <${Dialog}
      title="Edit task ${task.id}"
      act=${changes.size > 0 ? `Change ${[...changes.keys()].map((name) => NAMES[name]).join(', ')}` : 'Nothing is changed yet'}
      wide
      ready=${changes.size > 0}
      send=${answer}
      close=${close}
      explain=${(/** @type {Error & { status?: number }} */ refusal) => refusal.status === 409 && html`<${Conflict} seen=${task.version} />`}
    >
      <p>${meaning(task, changes)}</p>
      <div class="fields">
        <${Select} label="Priority" value=${fields.priority} set=${set('priority')} error=${errors.priority} options=${PRIORITIES.map((name) => [name, words(name)])} />
        <${TextField}
          label="Due"
          type="datetime-local"
          step="1"
          value=${fields.run_at}
          set=${set('run_at')}
          error=${errors.run_at}
          hint="${zoneName(zone)}. Empty: as soon as possible."
        />
        <${TextField}
          label="Confidence"
          inputmode="decimal"
          placeholder="Not given"
          disabled=${decides !== null}
          value=${fields.confidence_score}
          set=${set('confidence_score')}
          error=${errors.confidence_score}
          hint=${decides ?? '0 to 1; empty: none is stated.'}
        />
        <${TextField}
          label="Attempts at most"
          type="number"
          min="1"
          max="1000"
          value=${fields.max_attempts}
          set=${set('max_attempts')}
          error=${errors.max_attempts}
          hint="${task.attempt_count} made so far."
        />
      </div>
      <${Field}
        label="Description"
        error=${errors.description}
        control=${(/** @type {object} */ rest) => html`
          <textarea ...${rest} rows="2" value=${fields.description} onInput=${(/** @type {any} */ event) => set('description')(event.target.value)}></textarea>
        `}
      />
      <${Field}
        label="Parameters"
        hint=${seen.action_params.includes('"$sealed"')
          ? 'All anew, if you change any: also the sealed ones, which nobody is shown.'
          : 'A JSON object. It is sent letter for letter, large numbers unchanged.'}
        error=${errors.action_params}
        control=${(/** @type {object} */ rest) => html`
          <textarea
            ...${rest}
            class="mono"
            rows="6"
            spellcheck=${false}
            value=${fields.action_params}
            onInput=${(/** @type {any} */ event) => set('action_params')(event.target.value)}
          ></textarea>
        `}
      />
      <${ReasonField} value=${reason} set=${setReason} hint="Kept in the audit, with the old and the new values." />
    <//>
  `;
}

/** @type {Record<keyof Edited, string>} */
const NAMES = {
  priority: 'priority',
  run_at: 'time',
  confidence_score: 'confidence',
  max_attempts: 'attempts',
  description: 'description',
  action_params: 'parameters',
};

/** @param {{ seen: number }} props */
const Conflict = ({ seen }) => html`
  <p>Nothing was changed. Somebody edited it after you opened this (you saw version ${seen}), or it does not wait any more. Go back: the screen shows it as it is now.</p>
`;

/**
 * What comes of it.
 * @param {Task} task
 * @param {Map<keyof Edited, string>} changes
 */
function meaning({ status }, changes) {
  const gate = changes.has('action_params') || changes.has('confidence_score') ? ' The gate decides anew.' : '';
  const approvals = changes.has('action_params') && status === 'DEFERRED' ? ' Approvals given so far count no longer.' : '';
  return `Its attempts from now on are made as you leave it.${gate}${approvals}`;
}

/**
 * @param {Task} task
 * @param {Map<string, string>} raw
 * @param {'local' | 'utc'} zone
 * @returns {Edited}
 */
const asText = (task, raw, zone) => ({
  priority: task.priority,
  run_at: zonedText(task.run_at, zone),
  confidence_score: task.confidence_score === null ? '' : String(task.confidence_score),
  max_attempts: String(task.max_attempts),
  description: task.description ?? '',
  action_params: prettyJson(raw.get('action_params') ?? '{}'),
});

/**
 * @param {FieldError[]} errors
 * @returns {Partial<Edited>}
 */
const atFields = (errors) => Object.fromEntries(errors.map(({ path, message }) => [(path ?? '').split(/[$./[\]]+/).find(Boolean) ?? '', message]));
