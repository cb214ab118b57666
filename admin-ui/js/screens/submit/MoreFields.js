// @ts-check
/** The fields of a new task that most do without. */
import { html } from '../../lib/html.js';
import { Amount, Area, Choice, Line, More, When } from './Choices.js';

/** @import { Fields } from '../../lib/submission.js' */
/** @import { Submission } from './useSubmission.js' */

/** @type {(keyof Fields)[]} */
const TIMES = ['queue', 'run_at', 'delay_seconds', 'start_by', 'deadline_at', 'at_risk_percent'];

/** @type {(keyof Fields)[]} */
const ATTEMPTS = ['max_attempts', 'timeout_seconds', 'retry/first_seconds', 'retry/factor', 'retry/max_seconds', 'retry/jitter'];

/** @type {(keyof Fields)[]} */
const LINKS = ['workflow_id', 'dependencies', 'on_dependency_failure', 'conditional_branches'];

/** @type {(keyof Fields)[]} */
const RECORDS = ['idempotency_key', 'on_conflict', 'metadata'];

/** @type {(keyof Fields)[]} */
const FOR_DECIDERS = ['reasoning', 'alternatives', 'reversible', 'undo'];

/** @param {{ form: Submission }} props */
export const MoreFields = ({ form }) => html`
  <${More} form=${form} title="Queue and times" names=${TIMES}>
    <div class="fields">
      <${Line} form=${form} name="queue" label="Queue" placeholder="default" hint="Made when it is new." spellcheck=${false} />
      <${When} form=${form} name="run_at" label="Not before" hint="Instead of a delay." />
      <${Amount} form=${form} name="delay_seconds" label="Delay, in seconds" hint="After the submit." />
      <${When} form=${form} name="start_by" label="Start by" hint="Not started by then: SKIPPED." />
      <${When} form=${form} name="deadline_at" label="Deadline" hint="It goes on after that, flagged as late." />
      <${Amount} form=${form} name="at_risk_percent" label="At risk after, in percent" placeholder="80" hint="Of the time to the deadline." />
    </div>
  <//>
  <${More} form=${form} title="Attempts" names=${ATTEMPTS}>
    <div class="fields">
      <${Amount} form=${form} name="max_attempts" label="Attempts at most" placeholder="3" hint="1 to 1000." />
      <${Amount} form=${form} name="timeout_seconds" label="Seconds an attempt may run" hint="Empty: as long as it takes." />
      <${Amount} form=${form} name="retry/first_seconds" label="First wait, in seconds" placeholder="2" hint="After the first failure." />
      <${Amount} form=${form} name="retry/factor" label="Each wait, times the last" placeholder="2" hint="1 to 100." />
      <${Amount} form=${form} name="retry/max_seconds" label="Longest wait, in seconds" placeholder="86400" />
      <${Amount} form=${form} name="retry/jitter" label="Random part of a wait" placeholder="0" hint="0, none, to 1." />
    </div>
  <//>
  <${More} form=${form} title="What it waits for, and what follows it" names=${LINKS}>
    <${Line} form=${form} name="workflow_id" label="Workflow" hint="Groups tasks. Empty: one of its own." spellcheck=${false} />
    <${Area}
      form=${form}
      name="dependencies"
      label="Waits for"
      class="mono"
      rows="3"
      spellcheck=${false}
      placeholder="357341279028200 COMPLETED 60"
      hint="One task a line: its id; then, if need be, how it must end (COMPLETED, FAILED, SKIPPED, CANCELLED, ANY) and for how many seconds to wait."
    />
    <${Choice}
      form=${form}
      name="on_dependency_failure"
      label="If one of them ends otherwise"
      options=${[
        ['', 'Server’s default: stay blocked'],
        ['BLOCK', 'Stay BLOCKED: a retry of that task repairs it'],
        ['SKIP', 'End SKIPPED'],
      ]}
    />
    <${Area}
      form=${form}
      name="conditional_branches"
      label="Branches"
      class="mono"
      rows="5"
      spellcheck=${false}
      placeholder='[{"condition_type": "success", "next_task_template": {"action_name": "echo"}}]'
      hint="A JSON array: what follows its end under which condition."
    />
  <//>
  <${More} form=${form} title="For the people who may have to decide about it" names=${FOR_DECIDERS}>
    <${Area} form=${form} name="reasoning" label="Reasoning" hint="Why it is to be done." rows="3" />
    <${Area} form=${form} name="alternatives" label="Alternatives" hint="What else could be done, one a line." rows="3" />
    <${Choice}
      form=${form}
      name="reversible"
      label="Reversible"
      options=${[
        ['', 'Not said'],
        ['true', 'Yes, it can be undone'],
        ['false', 'No'],
      ]}
    />
    <${Area} form=${form} name="undo" label="How to undo it" rows="2" />
  <//>
  <${More} form=${form} title="Key and metadata" names=${RECORDS}>
    <${Line} form=${form} name="idempotency_key" label="Key" hint="Your own name for it: the same key again stores nothing." spellcheck=${false} />
    <${Choice}
      form=${form}
      name="on_conflict"
      label="If the key is taken"
      options=${[
        ['', 'Server’s default: show the task that has it'],
        ['RETURN', 'Show the task that has it'],
        ['REJECT', 'Refuse this one'],
        ['REPLACE', 'Cancel that task and take its place'],
      ]}
    />
    <${Area} form=${form} name="metadata" label="Metadata" class="mono" rows="3" spellcheck=${false} placeholder='{"order": 4711}' hint="A JSON object: anything worth keeping with it." />
  <//>
`;
