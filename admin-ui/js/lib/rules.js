// @ts-check
/** Rules of a policy as words, and as the texts of a form. Pure. */
import { ABSENT, counted, duration, words } from './format.js';

/** @import { FieldError, PolicyPreview, Rule } from './types.js' */

/** @typedef {Record<'risk_level' | 'action' | 'minimum_confidence' | 'statistic' | 'reject_below' | 'approvals' | 'groups' | 'expires_after_seconds' | 'effect' | 'probe_rate' | 'probes_per_day', string>
 *   & { always_hold: boolean, hold_irreversible: boolean, dry_run: boolean }} Draft */

export const PRESETS = [
  ['default', 'Default: high risk below 0.7 is held'],
  ['dry_run', 'Dry run: the same, and high risk that passes runs dry'],
  ['gated', 'Gated: from 0.85 runs, from 0.55 people have 300 s, below it is rejected'],
];

/** @param {Rule} rule */
export const subject = ({ risk_level, action }) => `${words(risk_level)} risk${action ? `, ${action}` : ''}`;

/** What has to be true for a task to run by itself. @param {Rule} rule */
export function passes({ always_hold, minimum_confidence, statistic, hold_irreversible, dry_run }) {
  if (always_hold) return 'never by itself';
  const from = minimum_confidence === null ? 'any confidence' : `${statistic === 'raw' ? '' : `${words(statistic).toLowerCase()} `}confidence from ${minimum_confidence}`;
  return `${from}${hold_irreversible ? ', unless irreversible' : ''}${dry_run ? '; runs dry' : ''}`;
}

/** What becomes of one that does not. @param {Rule} rule */
export function otherwise({ effect, approvals, groups, expires_after_seconds, always_hold, minimum_confidence, hold_irreversible, probe_rate, probes_per_day }) {
  if (!always_hold && minimum_confidence === null && !hold_irreversible) return ABSENT;
  if (effect === 'dry_run') return 'runs dry';
  if (effect === 'record') return 'runs, and it is noted';
  const lot = probe_rate ? `; by lot ${Number((probe_rate * 100).toPrecision(6))} % run, ${probes_per_day} a day at most` : '';
  if (approvals === 0) return `is held; nobody can approve it${lot}`;
  const people = `${counted(approvals, 'approval')}${groups.length > 0 ? ` by ${groups.join(', ')}` : ''}`;
  return `waits for ${people}${expires_after_seconds === null ? '' : `, rejected after ${duration(expires_after_seconds)}`}${lot}`;
}

/** @type {Draft} */
export const NEW_DRAFT = {
  risk_level: 'HIGH',
  action: '',
  minimum_confidence: '0.7',
  statistic: 'raw',
  reject_below: '',
  approvals: '1',
  groups: '',
  expires_after_seconds: '86400',
  effect: 'hold',
  probe_rate: '',
  probes_per_day: '10',
  always_hold: false,
  hold_irreversible: false,
  dry_run: false,
};

/**
 * @param {Rule} rule
 * @returns {Draft}
 */
export const draftOf = (rule) => ({
  risk_level: rule.risk_level,
  action: rule.action ?? '',
  minimum_confidence: text(rule.minimum_confidence),
  statistic: rule.statistic,
  reject_below: text(rule.reject_below),
  approvals: String(rule.approvals),
  groups: rule.groups.join(', '),
  expires_after_seconds: text(rule.expires_after_seconds),
  effect: rule.effect,
  probe_rate: text(rule.probe_rate ?? null),
  probes_per_day: text(rule.probes_per_day ?? 10),
  always_hold: rule.always_hold,
  hold_irreversible: rule.hold_irreversible,
  dry_run: rule.dry_run,
});

/**
 * What is no number stays a text, so that the server says at which field.
 * @param {Draft} draft
 * @returns {Rule}
 */
export const ruleOf = (draft) => ({
  risk_level: draft.risk_level,
  action: draft.action.trim() || null,
  minimum_confidence: number(draft.minimum_confidence),
  statistic: draft.statistic,
  reject_below: number(draft.reject_below),
  always_hold: draft.always_hold,
  hold_irreversible: draft.hold_irreversible,
  approvals: number(draft.approvals) ?? 0,
  groups: draft.groups.split(',').map((group) => group.trim()).filter(Boolean),
  expires_after_seconds: number(draft.expires_after_seconds),
  on_expiry: 'reject',
  effect: /** @type {Rule['effect']} */ (draft.effect),
  dry_run: draft.dry_run,
  ...(draft.effect === 'hold' && draft.risk_level !== 'HIGH' && draft.probe_rate.trim() ? { probe_rate: number(draft.probe_rate), probes_per_day: number(draft.probes_per_day) ?? 0 } : {}),
});

/**
 * The server's refusals, by rule and field; what belongs to no field of a rule is under -1.
 * @param {FieldError[]} errors
 * @returns {Map<number, Record<string, string>>}
 */
export function placed(errors) {
  /** @type {Map<number, Record<string, string>>} */
  const byRule = new Map();
  for (const { path = '', message } of errors) {
    const [, at = '-1', field = 'rule'] = /rules[/[](\d+)\]?[/.]?(\w+)?/.exec(path) ?? [];
    const rule = byRule.get(Number(at)) ?? {};
    byRule.set(Number(at), rule);
    rule[field] = rule[field] ? `${rule[field]} ${message}` : message;
  }
  return byRule;
}

/**
 * What a policy would do to the tasks that wait, in sentences; what would not happen is left out.
 * @param {PolicyPreview} preview
 */
export function inSentences({ waiting, held, rejected, dry_run, recorded, held_now, released }) {
  if (waiting === 0) return ['No task waits now: it would change nothing yet.'];
  const of = `of ${counted(waiting, 'waiting task')}`;
  return [
    `It would hold ${held.toLocaleString('en')} ${of}.`,
    rejected > 0 && `${counted(rejected, 'task')} would be rejected, and never run.`,
    dry_run > 0 && `${counted(dry_run, 'task')} would run dry.`,
    recorded > 0 && `${counted(recorded, 'task')} would run with a note.`,
    held_now > 0 && `Of ${counted(held_now, 'task')} held now, ${released === 0 ? 'none' : released.toLocaleString('en')} would go on.`,
  ].filter((sentence) => sentence !== false);
}

/** @param {number | null} value */
const text = (value) => (value === null ? '' : String(value));

/** @param {string} given */
function number(given) {
  if (given.trim() === '') return null;
  const value = Number(given);
  return Number.isNaN(value) ? /** @type {any} */ (given) : value;
}
