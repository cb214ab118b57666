// @ts-check
/** The lanes of a task's attempts on one axis: when each waited and when it ran. Pure. */

/** @import { Attempt } from './types.js' */

/**
 * @typedef {object} Lane
 * @property {Attempt} attempt
 * @property {number} waited seconds between the attempt before (or the submit) and the start
 * @property {number} ran seconds, until now while running
 * @property {boolean} cut the wait is drawn shorter than it was
 * @property {Span} wait
 * @property {Span} run
 *
 * @typedef {{ from: number, width: number }} Span in percent of the axis
 */

/** A wait longer than this share of all running time is cut, or one retry days later would squeeze the rest. */
const LONGEST_WAIT = 0.5;

/** What ran for a millisecond must still be seen. */
const THINNEST_PERCENT = 0.6;

/**
 * @param {string} createdAt
 * @param {Attempt[]} attempts oldest first
 * @param {number} now
 * @returns {Lane[]}
 */
export function lanesOf(createdAt, attempts, now) {
  let before = Date.parse(createdAt);
  const spans = attempts.map((attempt) => {
    const start = Date.parse(attempt.started_at);
    const end = attempt.ended_at ? Date.parse(attempt.ended_at) : Math.max(now, start);
    const waited = Math.max(0, start - before) / 1000;
    before = end;
    return { attempt, waited, ran: Math.max(0, end - start) / 1000 };
  });
  const longest = LONGEST_WAIT * sum(spans.map(({ ran }) => ran));
  const drawn = spans.map(({ waited }) => Math.min(waited, longest));
  const whole = sum(spans.map(({ ran }) => ran)) + sum(drawn) || 1;

  let from = 0;
  return spans.map((span, index) => {
    const wait = { from, width: (100 * drawn[index]) / whole };
    const run = { from: from + wait.width, width: Math.max(THINNEST_PERCENT, (100 * span.ran) / whole) };
    from += wait.width + (100 * span.ran) / whole;
    return { ...span, cut: drawn[index] < span.waited, wait, run };
  });
}

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);
