// @ts-check
/** The fields of an action's parameters, made from its JSON Schema. The JSON text stays the truth: a field reads and writes its member. Pure. */
import { prettyJson, rawMembers } from './json.js';

/**
 * @typedef {object} Param
 * @property {string} name
 * @property {'text' | 'long' | 'secret' | 'number' | 'boolean' | 'choice' | 'json' | 'loose'} kind `loose`: a text, or other JSON
 * @property {boolean} required
 * @property {string} hint
 * @property {string} usual the default as a person writes it, or empty
 * @property {unknown[]} choices
 */

const LONG = 1000;

/**
 * @param {any} schema
 * @returns {Param[]} the required ones first; empty where the schema names no parameters
 */
export function paramsOf(schema) {
  const properties = schema?.properties;
  if (typeof properties !== 'object' || properties === null) return [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  const params = Object.entries(properties).map(([name, property]) => ({
    name,
    kind: kindOf(property ?? {}),
    required: required.includes(name),
    hint: hintOf(property ?? {}),
    usual: property?.default === undefined ? '' : inWords(property.default),
    choices: choicesOf(property ?? {}),
  }));
  return [...params.filter((param) => param.required), ...params.filter((param) => !param.required)];
}

/**
 * @param {any} property
 * @returns {Param['kind']}
 */
function kindOf(property) {
  if (property.writeOnly === true) return 'secret';
  if (choicesOf(property).length > 0) return 'choice';
  const types = [property.type ?? []].flat().filter((type) => type !== 'null');
  if (types.length === 0) return 'loose';
  if (types.every((type) => type === 'number' || type === 'integer')) return 'number';
  if (types.length > 1) return types.includes('string') ? 'loose' : 'json';
  if (types[0] === 'boolean') return 'boolean';
  if (types[0] !== 'string') return 'json';
  return property.maxLength >= LONG && !property.pattern && !property.format ? 'long' : 'text';
}

/** @param {any} property */
function choicesOf(property) {
  if (Array.isArray(property.enum)) return property.enum;
  return 'const' in Object(property) ? [property.const] : [];
}

/** @param {any} property */
function hintOf({ description, title, minimum, maximum, exclusiveMinimum, exclusiveMaximum, maxLength, pattern, format, default: usual }) {
  const said = String(description ?? title ?? '').trim();
  const parts = [
    said && (/[.!?]$/.test(said) ? said : `${said}.`).replace(/^\p{Ll}/u, (letter) => letter.toUpperCase()),
    minimum !== undefined && `At least ${minimum}.`,
    exclusiveMinimum !== undefined && `More than ${exclusiveMinimum}.`,
    maximum !== undefined && `At most ${maximum}.`,
    exclusiveMaximum !== undefined && `Less than ${exclusiveMaximum}.`,
    maxLength !== undefined && `At most ${maxLength} characters.`,
    pattern !== undefined && `Pattern ${pattern}.`,
    format !== undefined && `Format ${format}.`,
    usual !== undefined && `Left empty: ${inWords(usual)}.`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** @param {unknown} value */
export const inWords = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/**
 * What a person wrote into the field of a parameter, as JSON; null when nothing.
 * @param {Param} param
 * @param {string} draft
 * @returns {{ json: string | null } | { fault: string }}
 */
export function jsonOf({ kind }, draft) {
  const text = draft.trim();
  if (text === '') return { json: null };
  if (kind === 'text' || kind === 'long' || kind === 'secret') return { json: JSON.stringify(draft) };
  if (kind === 'choice' || kind === 'boolean') return { json: text };
  if (kind === 'number') return typeof valueOf(text) === 'number' ? { json: text } : { fault: 'This is a number, as in 12 or 0.5.' };
  if (valueOf(text) !== undefined) return { json: text };
  if (kind === 'loose' && !/^[[{"]/.test(text)) return { json: JSON.stringify(draft) };
  return { fault: kind === 'loose' ? 'This begins as JSON and is none; a text that begins so stands in quotes.' : 'This is not JSON.' };
}

/**
 * What stands in the field of a parameter for its JSON.
 * @param {Param} param
 * @param {string | undefined} raw
 */
export function draftOf({ kind }, raw) {
  if (raw === undefined) return '';
  const value = valueOf(raw);
  const isText = typeof value === 'string';
  if (kind === 'text' || kind === 'long' || kind === 'secret') return isText ? value : raw;
  return kind === 'loose' && isText && valueOf(value) === undefined && !/^[[{"]/.test(value.trim()) ? value : raw;
}

/**
 * The object with another member, or without it; all others letter for letter.
 * @param {string} text a JSON object
 * @param {string} name
 * @param {string | null} json
 */
export function withMember(text, name, json) {
  const members = rawMembers(text);
  if (json === null) members.delete(name);
  else members.set(name, json);
  return prettyJson(`{${[...members].map(([key, raw]) => `${JSON.stringify(key)}:${raw}`).join(',')}}`);
}

/**
 * The members of the text; null when it is no JSON object.
 * @param {string} text
 */
export function membersOf(text) {
  const value = valueOf(text.trim() || '{}');
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? rawMembers(text) : null;
}

/** @param {string} text */
function valueOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
