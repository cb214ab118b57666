// @ts-check
import { html } from '../../lib/html.js';
import { words } from '../../lib/format.js';
import { subject, ruleOf } from '../../lib/rules.js';
import { RISK_LEVELS } from '../../lib/status.js';
import { Select, TextField, Tick } from '../../ui/TextField.js';

/** @import { Draft } from '../../lib/rules.js' */

const STATISTICS = [
  ['raw', 'as it was stated'],
  ['calibrated', 'what the map in force makes of it'],
  ['calibrated_lower', 'at least what it is worth by the map'],
];

const EFFECTS = [
  ['hold', 'waits for people'],
  ['dry_run', 'runs dry'],
  ['record', 'runs, and it is noted'],
];

/**
 * @param {{ draft: Draft, faults: Record<string, string>, set: (draft: Draft) => void, remove: () => void }} props
 */
export function RuleForm({ draft, faults, set, remove }) {
  /** @param {keyof Draft} name */
  const bound = (name) => ({
    value: draft[name],
    error: faults[name],
    set: (/** @type {string} */ value) => set({ ...draft, [name]: value }),
  });
  /** @param {keyof Draft} name */
  const ticked = (name) => ({ checked: draft[name], set: (/** @type {boolean} */ checked) => set({ ...draft, [name]: checked }) });
  const name = subject(ruleOf(draft));
  return html`
    <li class="rule-form" aria-label=${name}>
      <div class="fields">
        <${Select} label="Risk" ...${bound('risk_level')} options=${RISK_LEVELS.map((level) => [level, words(level)])} />
        <${TextField} label="Action" hint="Empty: all without a rule of their own." spellcheck=${false} ...${bound('action')} />
        <${TextField} label="Runs from confidence" hint="Empty: any." inputmode="decimal" ...${bound('minimum_confidence')} />
        <${Select} label="Confidence taken" ...${bound('statistic')} options=${STATISTICS} />
        <${Select} label="Otherwise it" ...${bound('effect')} options=${EFFECTS} />
        ${draft.effect === 'hold' &&
        html`
          <${TextField} label="Approvals" hint="0: nobody can." inputmode="numeric" ...${bound('approvals')} />
          <${TextField} label="By groups" hint="Commas between; empty: any approver." spellcheck=${false} ...${bound('groups')} />
          <${TextField} label="Rejected after, seconds" hint="Empty: never." inputmode="numeric" ...${bound('expires_after_seconds')} />
          ${draft.risk_level !== 'HIGH' &&
          html`
            <${TextField} label="Run by lot, share" hint="0.05: one in twenty runs; empty: none." inputmode="decimal" ...${bound('probe_rate')} />
            ${draft.probe_rate.trim() && html`<${TextField} label="By lot a day" hint="At most." inputmode="numeric" ...${bound('probes_per_day')} />`}
          `}
        `}
        <${TextField} label="Rejected below" hint="Nobody is asked; empty: no such tier." inputmode="decimal" ...${bound('reject_below')} />
      </div>
      <div class="rule-ticks">
        <${Tick} label="Never by itself, whatever the confidence" ...${ticked('always_hold')} />
        <${Tick} label="Not by itself if irreversible" ...${ticked('hold_irreversible')} />
        <${Tick} label="What passes runs dry" ...${ticked('dry_run')} />
        <button type="button" class="small" onClick=${remove}>Remove<span class="sr-only"> the rule for ${name}</span></button>
      </div>
      ${faults.rule && html`<p class="field-error"><bdi>${faults.rule}</bdi></p>`}
    </li>
  `;
}
