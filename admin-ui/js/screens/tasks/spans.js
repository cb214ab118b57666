// @ts-check
/** Spans as a person writes them: of confidences (`<0.6`, `0.6..0.7`) and of time (`<1h`, `2026-11-22`). Pure. */

/** The server keeps six decimals, so what is at most 0.6 is less than this more. */
const STEP = 1e-6;
const UNITS = /** @type {Record<string, number>} */ ({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 });
const AGE = /^([<>])\s*(\d{1,6})([smhdw])$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?$/i;
const DAY_MS = 86_400_000;

export const CONFIDENCE_WANTED = 'a number from 0 to 1 after <, <=, > or >=, or two with .. between: <0.6, 0.6..0.7';
export const CREATED_WANTED = 'how long ago at most or at least (<1h, >7d; s m h d w), a day (2026-11-22), or two days or times with .. between';

/**
 * @param {string} text
 * @returns {{ confidence_from: string, confidence_below: string } | null} null when it is no span
 */
export function parseConfidence(text) {
  const [one, two] = text.split('..').map((part) => part.trim());
  if (two !== undefined) return span(ofText(one, 0), two === '1' || two === '' ? 1 + STEP : ofText(two, NaN));
  const [, sign, number] = /^(<=|>=|<|>|=?)\s*(\S*)$/.exec(one) ?? ['', '', ''];
  const value = ofText(number, NaN);
  if (sign === '<') return span(0, value);
  if (sign === '<=') return span(0, value + STEP);
  if (sign === '>') return span(value + STEP, 1 + STEP);
  if (sign === '>=') return span(value, 1 + STEP);
  return span(value, value + STEP);
}

/**
 * @param {string} text
 * @param {number} empty
 */
const ofText = (text, empty) => (text === '' ? empty : /^(\d*\.\d+|\d+\.?)$/.test(text) && Number(text) <= 1 ? Number(text) : NaN);

/**
 * @param {number} from
 * @param {number} below
 */
function span(from, below) {
  if (!(from < below) || from > 1) return null;
  return { confidence_from: written(from), confidence_below: below > 1 ? '' : written(below) };
}

/** @param {number} value */
const written = (value) => String(Number(value.toFixed(6)));

/**
 * @param {string} text
 * @param {number} now
 * @param {'local' | 'utc'} zone of days and times that name none
 * @returns {{ created_from: string, created_before: string } | null} null when it is no span
 */
export function parseCreated(text, now, zone) {
  const age = AGE.exec(text);
  if (age) {
    const at = rfc3339(now - Number(age[2]) * UNITS[age[3].toLowerCase()] * 1000);
    return age[1] === '<' ? { created_from: at, created_before: '' } : { created_from: '', created_before: at };
  }
  const [one, two] = text.split('..').map((part) => part.trim());
  if (two !== undefined) return between(one === '' ? '' : begin(one, zone), two === '' ? '' : end(two, zone));
  const [, sign, when] = /^(<=|>=|<|>|=?)\s*(\S*)$/.exec(one) ?? ['', '', ''];
  if (sign === '<') return between('', begin(when, zone));
  if (sign === '<=') return between('', end(when, zone));
  if (sign === '>') return between(end(when, zone), '');
  if (sign === '>=') return between(begin(when, zone), '');
  return DAY.test(when) ? between(begin(when, zone), end(when, zone)) : null;
}

/**
 * @param {string | null} from
 * @param {string | null} before
 */
function between(from, before) {
  if (from === null || before === null || (from === '' && before === '') || (from !== '' && before !== '' && from >= before)) return null;
  return { created_from: from, created_before: before };
}

/**
 * When a day or moment begins.
 * @param {string} text
 * @param {'local' | 'utc'} zone
 */
function begin(text, zone) {
  if (!DAY.test(text) && !MOMENT.test(text)) return null;
  const whole = DAY.test(text) ? `${text}T00:00:00` : text;
  const zoned = /(Z|[+-]\d{2}:\d{2})$/i.test(whole) ? whole : zone === 'utc' ? `${whole}Z` : whole;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : rfc3339(time);
}

/**
 * When it is over: a day with the next one, a moment at once.
 * @param {string} text
 * @param {'local' | 'utc'} zone
 */
function end(text, zone) {
  if (!DAY.test(text)) return begin(text, zone);
  const noon = Date.parse(`${text}T12:00:00Z`); // a day may be 23 or 25 hours long
  return Number.isNaN(noon) ? null : begin(new Date(noon + DAY_MS).toISOString().slice(0, 10), zone);
}

/** @param {number} time */
const rfc3339 = (time) => new Date(time).toISOString();
