// @ts-check
/** What came in and what ended, minute by minute, as rows for curves. Pure. */

/** @import { Minute, Throughput } from './types.js' */

/** @typedef {{ minute: number, submitted: number, succeeded: number, failed: number, other: number }} Point */

const MINUTE_MS = 60_000;

/**
 * A point for every minute; one in which nothing happened is 0.
 * @param {Throughput} throughput
 * @param {string | null} queue null: all together
 * @returns {Point[]}
 */
export function pointsOf({ from, to, items }, queue) {
  const first = Date.parse(from);
  const length = Math.round((Date.parse(to) - first) / MINUTE_MS) + 1;
  const points = Array.from({ length }, (_, at) => ({ minute: first + at * MINUTE_MS, submitted: 0, succeeded: 0, failed: 0, other: 0 }));
  for (const item of items) {
    const point = points[Math.round((Date.parse(item.minute) - first) / MINUTE_MS)];
    if (point && (queue === null || item.queue === queue)) add(point, item);
  }
  return points;
}

/**
 * The last of them.
 * @param {Throughput} throughput
 * @param {number} minutes
 * @returns {Throughput}
 */
export function latest(throughput, minutes) {
  const from = Math.max(Date.parse(throughput.from), Date.parse(throughput.to) - (minutes - 1) * MINUTE_MS);
  return { ...throughput, from: new Date(from).toISOString(), items: throughput.items.filter(({ minute }) => Date.parse(minute) >= from) };
}

/**
 * Neighbouring minutes put together, each group under its first.
 * @param {Point[]} points
 * @param {number} minutes in a group
 * @returns {Point[]}
 */
export function gathered(points, minutes) {
  const groups = [];
  for (let at = 0; at < points.length; at += minutes) {
    const group = points.slice(at, at + minutes);
    groups.push({ minute: group[0].minute, ...totals(group) });
  }
  return groups;
}

/**
 * What failed in or after the minute of a time.
 * @param {Throughput} throughput
 * @param {number} time
 */
export const failedSince = ({ items }, time) =>
  items.reduce((sum, { minute, failed }) => (Date.parse(minute) + MINUTE_MS > time ? sum + failed : sum), 0);

/**
 * @param {Point[]} points
 * @returns {{ submitted: number, succeeded: number, failed: number, other: number }}
 */
export function totals(points) {
  const sum = { submitted: 0, succeeded: 0, failed: 0, other: 0 };
  for (const point of points) add(sum, point);
  return sum;
}

/**
 * @param {{ submitted: number, succeeded: number, failed: number, other: number }} sum
 * @param {Pick<Minute, 'submitted' | 'succeeded' | 'failed' | 'other'>} more
 */
function add(sum, { submitted, succeeded, failed, other }) {
  sum.submitted += submitted;
  sum.succeeded += succeeded;
  sum.failed += failed;
  sum.other += other;
}
