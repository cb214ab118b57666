// @ts-check
/** What a reader may mean by the term that they are writing. Pure. */
import { KEYS, termOf, termsOf } from './query.js';

/** @typedef {{ term: string, note: string, whole: boolean }} Suggestion `whole`: nothing is missing, so it may be applied at once */
/** @typedef {Partial<Record<'action' | 'queue' | 'created_by', string[]>>} Known names that there are now */

const MOST = 12;

/** @type {Record<string, [value: string, note: string][]>} */
const SPANS = {
  confidence: [
    ['<0.5', 'less sure than 0.5'],
    ['0.5..0.7', '0.5 or more, less than 0.7'],
    ['>=0.9', '0.9 or more'],
  ],
  created: [
    ['<1h', 'in the last hour'],
    ['<24h', 'in the last day'],
    ['<7d', 'in the last week'],
    ['>7d', 'longer than a week ago'],
  ],
};

/**
 * @param {string} line
 * @param {number} caret
 * @param {Known} known
 * @returns {Suggestion[]}
 */
export function suggestionsFor(line, caret, known) {
  const { key, value } = termAt(line, caret);
  const wanted = value.toLowerCase();
  const given = new Set(termsOf(line).map((term) => term.key));
  if (key === null) {
    const keys = KEYS.filter((one) => !given.has(one.key) && one.key.startsWith(wanted));
    const values = wanted === '' ? [] : KEYS.filter((one) => !given.has(one.key)).flatMap((one) => ofKey(one.key, wanted, known));
    return [...keys.map((one) => ({ term: `${one.key}:`, note: `${one.meaning}, ${one.key}:${one.example}`, whole: false })), ...values].slice(0, MOST);
  }
  return ofKey(key, wanted, known).slice(0, MOST);
}

/**
 * @param {string} key
 * @param {string} wanted
 * @param {Known} known
 * @returns {Suggestion[]}
 */
function ofKey(key, wanted, known) {
  const found = KEYS.find((one) => one.key === key);
  if (!found) return [];
  const spans = SPANS[key];
  if (spans) return spans.filter(([value]) => value.startsWith(wanted)).map(([value, note]) => ({ term: termOf(key, value), note, whole: true }));
  const values = found.values ?? known[/** @type {keyof Known} */ (found.name)] ?? [];
  return values
    .filter((value) => value.toLowerCase().includes(wanted.replaceAll('-', '_')) || value.toLowerCase().includes(wanted))
    .toSorted((one, other) => Number(other.toLowerCase().startsWith(wanted)) - Number(one.toLowerCase().startsWith(wanted)))
    .map((value) => ({ term: termOf(key, value), note: found.meaning, whole: true }));
}

/**
 * The term under the caret; a new one when it stands between terms.
 * @param {string} line
 * @param {number} caret
 */
function termAt(line, caret) {
  const at = termsOf(line).find(({ start, end }) => start < caret && caret <= end);
  return at ?? { start: caret, end: caret, key: null, value: '' };
}

/**
 * The line with the term under the caret replaced, and where the caret is then.
 * @param {string} line
 * @param {number} caret
 * @param {Suggestion} suggestion
 */
export function completed(line, caret, { term, whole }) {
  const { start, end } = termAt(line, caret);
  const before = line.slice(0, start);
  const gap = before && !/\s$/.test(before) ? ' ' : '';
  const written = before + gap + term + (whole ? ' ' : '');
  return { line: written + line.slice(end).trimStart(), caret: written.length };
}
