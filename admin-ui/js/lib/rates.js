// @ts-check
/** Rates, gaps and intervals as words. Pure. An uncertain number comes with its interval, an unknown one is –. */
import { ABSENT } from './format.js';

/**
 * `0.83`
 * @param {number | null | undefined} value
 * @param {number} digits
 */
export const rate = (value, digits = 2) => (value === null || value === undefined ? ABSENT : value.toFixed(digits).replace('-', '−'));

/**
 * `+0.19`, `−0.04`: which side it is on is the point.
 * @param {number | null | undefined} value
 * @param {number} digits
 */
export function signed(value, digits = 2) {
  if (value === null || value === undefined) return ABSENT;
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

/**
 * `0.62 to 0.66`
 * @param {number | null} low
 * @param {number | null} high
 * @param {(value: number | null) => string} written
 */
export const between = (low, high, written = rate) => (low === null || high === null ? ABSENT : `${written(low)} to ${written(high)}`);

/** Below it a rate says nothing; below `SOLID` it says little. */
export const LEAST = 10;
export const SOLID = 30;

/** @typedef {{ at: number, n: number }} Spike */

const SPIKE_SHARE = 0.02;
const SPIKE_TIMES = 3;
const NEIGHBOURS = 5;
const MOST_SPIKES = 5;

/**
 * Single hundredths that were stated far more often than those around them: how people and models talk.
 * @param {{ threshold: number, approved: number }[]} thresholds by hundredths, rising
 * @returns {Spike[]} most frequent first
 */
export function spikesOf(thresholds) {
  const counts = countsOf(thresholds);
  const all = thresholds[0]?.approved ?? 0;
  return counts
    .map((n, index) => ({ at: thresholds[index].threshold, n, usual: median(around(counts, index)) }))
    .filter(({ n, usual }) => n > SPIKE_SHARE * all && n > SPIKE_TIMES * Math.max(usual, 1) && n >= LEAST)
    .map(({ at, n }) => ({ at, n }))
    .toSorted((one, other) => other.n - one.n)
    .slice(0, MOST_SPIKES);
}

/**
 * How many confidences begin with each hundredth.
 * @param {{ approved: number }[]} thresholds rising
 */
export const countsOf = (thresholds) => thresholds.map(({ approved }, index) => approved - (thresholds[index + 1]?.approved ?? 0));

/**
 * @param {number[]} counts
 * @param {number} index
 */
const around = (counts, index) => [...counts.slice(Math.max(0, index - NEIGHBOURS), index), ...counts.slice(index + 1, index + 1 + NEIGHBOURS)];

/** @param {number[]} values */
const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
