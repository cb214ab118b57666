// @ts-check
import { useEffect, useState } from '../../../vendor/hooks.module.js';
import { ApiError } from '../../lib/api.js';
import { html } from '../../lib/html.js';
import { previewPolicy, putPolicy } from '../../lib/gate.js';
import { NEW_DRAFT, PRESETS, inSentences, placed, ruleOf } from '../../lib/rules.js';
import { Banner } from '../../ui/Banner.js';
import { Dialog } from '../../ui/Dialog.js';
import { ReasonField, Select } from '../../ui/TextField.js';
import { RuleForm } from './RuleForm.js';

/** @import { Policy, PolicyPreview } from '../../lib/types.js' */
/** @import { Draft } from '../../lib/rules.js' */
/** @import { Edit } from '../PolicyScreen.js' */

const TYPING_PAUSE_MS = 400;
const WRITTEN = 'written';

/** @typedef {{ preview: PolicyPreview | null, error: Error | null }} Trial both null while it is asked */

/**
 * Rules being written. What they would do is asked after every change, and only what was tried can be put in force.
 * @param {{ edit: Edit, inForce: Policy, done: (policy: Policy) => void, leave: () => void, reload: () => void }} props
 */
export function PolicyEditor({ edit, inForce, done, leave, reload }) {
  const [drafts, setDrafts] = useState(edit.drafts.map((draft, key) => ({ draft, key })));
  const [nextKey, setNextKey] = useState(edit.drafts.length);
  const [source, setSource] = useState(WRITTEN);
  const [asking, setAsking] = useState(false);
  const rules = source === WRITTEN ? { rules: drafts.map(({ draft }) => ruleOf(draft)) } : { preset: source };
  const trial = useTrial(JSON.stringify(rules));
  const faults = placed(trial.error instanceof ApiError ? trial.error.errors : []);
  const add = () => {
    setDrafts([...drafts, { draft: NEW_DRAFT, key: nextKey }]);
    setNextKey(nextKey + 1);
  };
  return html`
    <section class="panel policy-editor" aria-label="Another policy">
      <div class="panel-head"><h2>Another policy, in place of version ${edit.base}</h2></div>
      <div class="policy-source">
        <${Select} label="Rules" value=${source} set=${setSource} options=${[[WRITTEN, 'As written below'], ...PRESETS]} />
      </div>
      ${source === WRITTEN &&
      html`
        <ol class="rule-forms">
          ${drafts.map(
            ({ draft, key }, at) => html`
              <${RuleForm}
                key=${key}
                draft=${draft}
                faults=${faults.get(at) ?? {}}
                set=${(/** @type {Draft} */ changed) => setDrafts(drafts.with(at, { draft: changed, key }))}
                remove=${() => setDrafts(drafts.toSpliced(at, 1))}
              />
            `,
          )}
        </ol>
        <button type="button" onClick=${add}>Add a rule</button>
      `}
      <${Told} trial=${trial} faults=${faults} />
      ${inForce.version !== edit.base &&
      html`
        <${Banner} tone="warn" act=${html`<button type="button" class="small" onClick=${reload}>Begin with version ${inForce.version}</button>`}>
          Meanwhile <bdi>${inForce.created_by}</bdi> put version ${inForce.version} in force: <bdi>${inForce.reason}</bdi>. What you write here
          cannot replace it.
        <//>
      `}
      <div class="form-end">
        <button type="button" class="primary" disabled=${!trial.preview || inForce.version !== edit.base} onClick=${() => setAsking(true)}>Put in force…</button>
        <button type="button" onClick=${leave}>Drop it</button>
      </div>
      ${asking &&
      trial.preview &&
      html`<${PutDialog} rules=${rules} edit=${edit} preview=${trial.preview} done=${done} close=${() => setAsking(false)} />`}
    </section>
  `;
}

/** @param {{ trial: Trial, faults: Map<number, Record<string, string>> }} props */
function Told({ trial: { preview, error }, faults }) {
  if (error) {
    const other = faults.size === 0 ? [error.message] : Object.values(faults.get(-1) ?? {});
    return html`<div class="form-error" role="alert"><p>It cannot be put in force: see ${faults.size > 0 ? 'the fields' : 'below'}.</p>${other.map((text) => html`<p><bdi>${text}</bdi></p>`)}</div>`;
  }
  return html`<div class="policy-told" role="status">${preview ? inSentences(preview).map((sentence) => html`<p key=${sentence}>${sentence}</p>`) : html`<p class="quiet">Trying it on the tasks that wait…</p>`}</div>`;
}

/**
 * @param {{ rules: import('../../lib/gate.js').Rules, edit: Edit, preview: PolicyPreview, done: (policy: Policy) => void, close: () => void }} props
 */
function PutDialog({ rules, edit, preview, done, close }) {
  const [reason, setReason] = useState(edit.reason);
  const put = async () => done(await putPolicy({ ...rules, version: edit.base, reason: reason.trim() }));
  return html`
    <${Dialog} title="Put version ${edit.base + 1} in force" act="Put in force" send=${put} close=${close}>
      <p>It holds on every node at once, also for tasks that wait. What runs goes on.</p>
      <ul class="plain-list">${inSentences(preview).map((sentence) => html`<li key=${sentence}>${sentence}</li>`)}</ul>
      <${ReasonField} value=${reason} set=${setReason} hint="Kept with the version and in the audit." />
    <//>
  `;
}

/**
 * What the rules would do, asked a moment after they changed.
 * @param {string} rules JSON
 * @returns {Trial}
 */
function useTrial(rules) {
  const [trial, setTrial] = useState(/** @type {Trial & { of: string }} */ ({ preview: null, error: null, of: '' }));
  useEffect(() => {
    const stopper = new AbortController();
    const ask = () =>
      previewPolicy(JSON.parse(rules), stopper.signal).then(
        (preview) => setTrial({ preview, error: null, of: rules }),
        (error) => stopper.signal.aborted || setTrial({ preview: null, error, of: rules }),
      );
    const timer = setTimeout(ask, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stopper.abort();
    };
  }, [rules]);
  // what was said of other rules says nothing of these
  return trial.of === rules ? trial : { preview: null, error: null };
}
