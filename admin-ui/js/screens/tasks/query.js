// @ts-check
/** The filter as a line that a person writes: `status:FAILED queue:mail error:"timed out" invoice`. Pure. */
import { PRIORITIES, RISK_LEVELS, STATUSES } from '../../lib/status.js';
import { CONFIDENCE_WANTED, CREATED_WANTED, parseConfidence, parseCreated } from './spans.js';

/** @import { Filter, FilterName } from './filter.js' */

/**
 * @typedef {object} Key
 * @property {string} key as it is written
 * @property {FilterName} name
 * @property {string} meaning
 * @property {string} example
 * @property {string[]} [values] the only ones there are
 */

/** @type {Key[]} */
export const KEYS = [
  { key: 'status', name: 'status', meaning: 'where it stands', example: 'FAILED', values: STATUSES.map(({ name }) => name) },
  { key: 'action', name: 'action', meaning: 'what it runs', example: 'http_request' },
  { key: 'queue', name: 'queue', meaning: 'where it waits', example: 'default' },
  { key: 'workflow', name: 'workflow_id', meaning: 'what groups it with others', example: 'order-4711' },
  { key: 'priority', name: 'priority', meaning: 'how urgent it is', example: 'HIGH', values: PRIORITIES },
  { key: 'risk', name: 'risk', meaning: 'how much harm it can do', example: 'HIGH', values: RISK_LEVELS },
  { key: 'confidence', name: 'confidence', meaning: 'how sure its submitter is', example: '<0.6' },
  { key: 'created', name: 'created', meaning: 'when it was submitted', example: '<1h' },
  { key: 'by', name: 'created_by', meaning: 'who submitted it', example: 'ana' },
  { key: 'error', name: 'error', meaning: 'a part of its error, # for any number', example: '"timed out"' },
  { key: 'metadata', name: 'metadata', meaning: 'a member of its metadata', example: 'customer=4711' },
  { key: 'text', name: 'description', meaning: 'a part of its description', example: 'invoice' },
];

/** @typedef {{ start: number, end: number, key: string | null, value: string }} Term */

const TERM = /(?:([A-Za-z_]+):)?("(?:[^"\\]|\\.)*"?|[^\s"]\S*)?/y;

/**
 * The terms of a line and where they stand.
 * @param {string} line
 * @returns {Term[]}
 */
export function termsOf(line) {
  const terms = [];
  for (let at = 0; at < line.length; ) {
    if (/\s/.test(line[at])) {
      at++;
      continue;
    }
    TERM.lastIndex = at;
    const [whole = '', key, value = ''] = TERM.exec(line) ?? [];
    const end = at + Math.max(1, whole.length);
    terms.push({ start: at, end, key: key?.toLowerCase() ?? null, value: unquoted(value) });
    at = end;
  }
  return terms;
}

/**
 * What a line means, and what of it cannot be understood.
 * @param {string} line
 * @returns {{ filter: Partial<Filter>, faults: string[] }}
 */
export function parseLine(line) {
  /** @type {Partial<Filter>} */
  const filter = {};
  const faults = [];
  const words = [];
  for (const { key, value } of termsOf(line)) {
    const known = KEYS.find((one) => one.key === key || one.name === key);
    if (key === null) {
      words.push(value);
    } else if (!known) {
      faults.push(`There is no filter “${key}:”. There are ${KEYS.map((one) => `${one.key}:`).join(' ')} – put a text with a colon in quotes.`);
    } else if (filter[known.name] !== undefined) {
      faults.push(`${known.key}: stands twice. A task must fit all terms, so one is enough.`);
    } else {
      const { taken, fault } = taking(known, value);
      filter[known.name] = taken;
      if (fault) faults.push(fault);
    }
  }
  if (words.length > 0) {
    if (filter.description === undefined) filter.description = words.join(' ');
    else faults.push(`Words of their own are looked for in the description, and so is text: – keep one of both.`);
  }
  return { filter, faults };
}

/**
 * @param {Key} key
 * @param {string} value
 * @returns {{ taken: string, fault?: string }}
 */
function taking({ key, name, example, values }, value) {
  if (value.trim() === '') return { taken: '', fault: `${key}: lacks a value, such as ${key}:${example}` };
  if (values) {
    const wanted = value.toUpperCase().replaceAll(/[\s-]/g, '_');
    return values.includes(wanted) ? { taken: wanted } : { taken: '', fault: `${key}:${value} is not known. It is one of ${values.join(', ')}.` };
  }
  if (name === 'confidence' && !parseConfidence(value)) return { taken: '', fault: `confidence:${value} is no span. It is ${CONFIDENCE_WANTED}.` };
  if (name === 'created' && !parseCreated(value, 0, 'utc')) return { taken: '', fault: `created:${value} is no span of time. It is ${CREATED_WANTED}.` };
  if (name === 'metadata' && value.indexOf('=') < 1) return { taken: '', fault: `metadata:${value} lacks its value. It is name=value, such as ${example}.` };
  return { taken: value };
}

/**
 * The filter as a line.
 * @param {Filter} filter
 */
export const lineOf = (filter) =>
  KEYS.filter(({ name }) => filter[name])
    .map(({ key, name }) => termOf(key, filter[name]))
    .join(' ');

/**
 * @param {string} key
 * @param {string} value
 */
export const termOf = (key, value) => `${key}:${/[\s"\\]/.test(value) ? JSON.stringify(value) : value}`;

/** @param {string} value */
function unquoted(value) {
  if (!value.startsWith('"')) return value;
  return value.replace(/^"|"$/g, '').replaceAll(/\\(.)/g, '$1');
}
