// @ts-check
/** What the form of a new task sends. The person's JSON goes out letter for letter, so no number changes. Pure. */

/** @import { FieldError } from './types.js' */

/** @typedef {Record<'action_name' | 'action_params' | 'description' | 'priority' | 'risk_level' | 'confidence_score' | 'dry_run'
 *   | 'reasoning' | 'alternatives' | 'reversible' | 'undo', string>} Fields */
/** @typedef {Partial<Record<keyof Fields | 'form', string>>} FieldErrors */

/** @type {(keyof Fields)[]} */
const WRITTEN_AS_JSON = ['action_params', 'confidence_score', 'dry_run', 'reversible'];

/**
 * The request body; a field left empty is left out.
 * @param {Fields} fields
 */
export function bodyOf(fields) {
  const members = entries(fields)
    .filter(([, value]) => value.trim() !== '')
    .map(([name, value]) => `"${name}":${written(name, value)}`);
  return `{${members.join(',')}}`;
}

/**
 * @param {keyof Fields} name
 * @param {string} value
 */
function written(name, value) {
  if (name === 'alternatives') return JSON.stringify(lines(value));
  return WRITTEN_AS_JSON.includes(name) ? value.trim() : JSON.stringify(value);
}

/** @param {string} text */
const lines = (text) => text.split('\n').map((line) => line.trim()).filter(Boolean);

/**
 * What would make the body unreadable. All other judgement is the server's.
 * @param {Fields} fields
 * @returns {FieldErrors}
 */
export function unreadable({ action_params, confidence_score }) {
  /** @type {FieldErrors} */
  const errors = {};
  const params = parsed(action_params);
  if (params.fault) errors.action_params = `This is not JSON: ${params.fault}`;
  else if (!isObject(params.value)) errors.action_params = 'Parameters are a JSON object, as in {"value": 1}.';
  if (confidence_score.trim() && typeof parsed(confidence_score).value !== 'number') {
    errors.confidence_score = 'Confidence is a number, as in 0.85.';
  }
  return errors;
}

/**
 * The server's refusals, each at its field; what belongs to none is about the form.
 * @param {Error & { errors?: FieldError[] }} refusal
 * @param {Fields} fields
 * @returns {FieldErrors}
 */
export function placed(refusal, fields) {
  /** @type {FieldErrors} */
  const placed = {};
  for (const { path, message } of refusal.errors ?? []) {
    const [top] = (path ?? '').split(/[$./[\]]+/).filter(Boolean);
    const name = top in fields ? /** @type {keyof Fields} */ (top) : 'form';
    const text = name === top && path !== top ? `${path}: ${message}` : message;
    placed[name] = placed[name] ? `${placed[name]} ${text}` : text;
  }
  if (Object.keys(placed).length === 0) placed.form = refusal.message;
  return placed;
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
