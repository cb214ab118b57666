// @ts-check
/** What the form of a new task sends. The person's JSON goes out letter for letter, so no number changes. Pure. */
import { withMember } from './params.js';
import { instantOf } from './zoned.js';

/** @import { FieldError } from './types.js' */

/** Every field there is; a slash stands before a member of an object. */
export const EMPTY = {
  action_name: '',
  action_params: '{}',
  description: '',
  priority: '',
  risk_level: '',
  confidence_score: '',
  dry_run: '',
  reasoning: '',
  alternatives: '',
  reversible: '',
  undo: '',
  queue: '',
  run_at: '',
  delay_seconds: '',
  start_by: '',
  deadline_at: '',
  at_risk_percent: '',
  timeout_seconds: '',
  max_attempts: '',
  'retry/first_seconds': '',
  'retry/factor': '',
  'retry/max_seconds': '',
  'retry/jitter': '',
  workflow_id: '',
  dependencies: '',
  on_dependency_failure: '',
  conditional_branches: '',
  idempotency_key: '',
  on_conflict: '',
  metadata: '',
};

/** @typedef {typeof EMPTY} Fields */
/** @typedef {Record<string, string>} FieldErrors by name of a field, `action_params/…` for one parameter, or `form` */

/** @type {(keyof Fields)[]} */
const NUMBERS = [
  'confidence_score',
  'delay_seconds',
  'at_risk_percent',
  'timeout_seconds',
  'max_attempts',
  'retry/first_seconds',
  'retry/factor',
  'retry/max_seconds',
  'retry/jitter',
];

/** @type {(keyof Fields)[]} */
const AS_WRITTEN = [...NUMBERS, 'dry_run', 'reversible', 'metadata', 'conditional_branches'];

/** @type {(keyof Fields)[]} */
const TIMES = ['run_at', 'start_by', 'deadline_at'];

const MOST_OF_A_DEPENDENCY = 3;

/**
 * The request body; a field left empty is left out.
 * @param {Fields} fields
 * @param {Record<string, string>} secrets parameters that stand in no text, each as JSON
 * @param {'local' | 'utc'} zone in which times are written
 */
export function bodyOf(fields, secrets, zone) {
  const params = Object.entries(secrets).reduce((text, [name, json]) => withMember(text, name, json), fields.action_params.trim() || '{}');
  const given = entries({ ...fields, action_params: params }).filter(([, value]) => value.trim() !== '');
  const members = given.filter(([name]) => !name.includes('/')).map(([name, value]) => `"${name}":${written(name, value, zone)}`);
  const retry = given.filter(([name]) => name.startsWith('retry/')).map(([name, value]) => `"${name.slice(6)}":${value.trim()}`);
  return `{${[...members, ...(retry.length > 0 ? [`"retry":{${retry.join(',')}}`] : [])].join(',')}}`;
}

/**
 * @param {keyof Fields} name
 * @param {string} value
 * @param {'local' | 'utc'} zone
 */
function written(name, value, zone) {
  if (name === 'action_params') return value;
  if (name === 'alternatives') return JSON.stringify(lines(value));
  if (name === 'dependencies') return `[${lines(value).map(dependency).join(',')}]`;
  if (TIMES.includes(name)) return JSON.stringify(instantOf(value, zone));
  return AS_WRITTEN.includes(name) ? value.trim() : JSON.stringify(value);
}

/** `357341279028200`, `357341279028200 ANY`, `357341279028200 COMPLETED 60`. @param {string} line */
function dependency(line) {
  const [id, status, timeout] = line.split(/\s+/);
  if (!status) return JSON.stringify(id);
  return `{"task_id":${JSON.stringify(id)},"required_status":${JSON.stringify(status)}${timeout ? `,"timeout_seconds":${timeout}` : ''}}`;
}

/** @param {string} text */
const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/**
 * What would make the body unreadable. All other judgement is the server's.
 * @param {Fields} fields
 * @returns {FieldErrors}
 */
export function unreadable(fields) {
  /** @type {FieldErrors} */
  const errors = {};
  const params = parsed(fields.action_params);
  if (params.fault) errors.action_params = `This is not JSON: ${params.fault}`;
  else if (!isObject(params.value)) errors.action_params = 'Parameters are a JSON object, as in {"value": 1}.';
  const metadata = parsed(fields.metadata);
  if (metadata.fault) errors.metadata = `This is not JSON: ${metadata.fault}`;
  const branches = parsed(fields.conditional_branches || '[]');
  if (branches.fault) errors.conditional_branches = `This is not JSON: ${branches.fault}`;
  for (const name of NUMBERS) {
    if (fields[name].trim() && typeof parsed(fields[name]).value !== 'number') errors[name] = 'This is a number, as in 0.85.';
  }
  const odd = lines(fields.dependencies).find((line) => !isDependency(line));
  if (odd) errors.dependencies = `One task a line: its id, then how it is to end, then seconds, as in 357341279028200 ANY 60. This is not such a line: ${odd}`;
  return errors;
}

/** @param {string} line */
function isDependency(line) {
  const parts = line.split(/\s+/);
  return parts.length <= MOST_OF_A_DEPENDENCY && (parts.length < MOST_OF_A_DEPENDENCY || typeof parsed(parts[2]).value === 'number');
}

/**
 * The server's refusals, each at its field; what belongs to none is about the form.
 * @param {Error & { errors?: FieldError[] }} refusal
 * @param {string[]} params the parameters that have fields of their own
 * @returns {FieldErrors}
 */
export function placed(refusal, params) {
  /** @type {FieldErrors} */
  const placed = {};
  for (const { path = '', message } of refusal.errors ?? []) {
    const { name, whole } = fieldAt(path, params);
    const text = whole ? message : `${path}: ${message}`;
    placed[name] = placed[name] ? `${placed[name]} ${text}` : text;
  }
  if (Object.keys(placed).length === 0) placed.form = refusal.message;
  return placed;
}

/**
 * @param {string} path JSON Pointer into the body
 * @param {string[]} params
 */
function fieldAt(path, params) {
  const [top = '', next, ...deeper] = path
    .split('/')
    .filter((part, at) => at > 0 || part)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const both = `${top}/${next}`;
  if (both in EMPTY || (top === 'action_params' && params.includes(next))) return { name: both, whole: deeper.length === 0 };
  return top in EMPTY ? { name: top, whole: next === undefined } : { name: 'form', whole: false };
}

/**
 * @param {Fields} fields
 * @returns {[keyof Fields, string][]}
 */
const entries = (fields) => /** @type {any} */ (Object.entries(fields));

/**
 * A text as JSON, nothing as an empty object.
 * @param {string} text
 * @returns {{ value?: unknown, fault?: string }}
 */
export function parsed(text) {
  try {
    return { value: JSON.parse(text.trim() || '{}') };
  } catch (fault) {
    return { fault: fault instanceof Error ? fault.message : String(fault) };
  }
}

/** @param {unknown} value */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
