// @ts-check
/** What another threshold would have let run, across all thresholds. Pure. */
import { count } from '../../lib/format.js';
import { between, rate } from '../../lib/rates.js';
import { band, label, tooltip, unitAxis } from './drawing.js';

/** @import { Threshold } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** @typedef {{ rows: Threshold[], n: number }} Basis */

export const SHADED_FROM = 0.02;

/**
 * How many would run, and how many of them would succeed.
 * @param {{ raw: Basis | null, calibrated: Basis | null, at: number, unknownBelow: number }} shown
 */
export const ratesOption = ({ raw, calibrated, at, unknownBelow }) => (/** @type {Colours} */ colours) => ({
  ...frame(colours),
  yAxis: { ...unitAxis(colours, ''), name: undefined },
  tooltip: tooltip(colours, (told) => rateWords(raw, calibrated, Math.round(told[0].axisValue * 100)), 'axis'),
  series: [
    marks(colours, at, unknownBelow),
    ...of(raw, colours.accent, 'solid'),
    ...of(calibrated, colours['ink-2'], 'dashed'),
  ],
});

/**
 * @param {Basis | null} basis
 * @param {string} color
 * @param {'solid' | 'dashed'} type
 */
function of(basis, color, type) {
  if (!basis) return [];
  const { rows, n } = basis;
  /** @type {[number, number, number][]} */
  const interval = rows.flatMap(({ threshold, wilson_low, wilson_high }) => (wilson_low === null || wilson_high === null ? [] : [[threshold, wilson_low, wilson_high]]));
  return [
    band(color, interval),
    line(color, type, rows.map(({ threshold, approved_success_rate }) => [threshold, approved_success_rate]), 2),
    line(color, type, rows.map(({ threshold, approved }) => [threshold, approved / n]), 1),
  ];
}

/**
 * What a threshold is worth where failures weigh as the threshold says, against letting all run, and none.
 * @param {{ raw: Basis | null, calibrated: Basis | null, at: number, unknownBelow: number }} shown
 */
export const benefitOption = ({ raw, calibrated, at, unknownBelow }) => (/** @type {Colours} */ colours) => {
  const all = raw ?? calibrated;
  const highest = Math.max(...[raw, calibrated].flatMap((basis) => basis?.rows.map(({ net_benefit }) => net_benefit ?? 0) ?? []), 0.1);
  return {
    ...frame(colours),
    yAxis: {
      type: 'value',
      min: -0.2,
      max: Math.ceil(highest * 5) / 5,
      interval: 0.2,
      axisLabel: { ...label(colours), formatter: (/** @type {number} */ value) => value.toFixed(1) },
      splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
    },
    tooltip: tooltip(colours, (told) => benefitWords(raw, calibrated, Math.round(told[0].axisValue * 100)), 'axis'),
    series: [
      marks(colours, at, unknownBelow),
      line(colours.cancelled, 'dotted', (all?.rows ?? []).map(({ threshold }) => [threshold, lettingAllRun(all, threshold)]), 1.5),
      ...(raw ? [line(colours.accent, 'solid', raw.rows.map(({ threshold, net_benefit }) => [threshold, net_benefit]), 2)] : []),
      ...(calibrated ? [line(colours['ink-2'], 'dashed', calibrated.rows.map(({ threshold, net_benefit }) => [threshold, net_benefit]), 2)] : []),
    ],
  };
};

/**
 * @param {Basis | null} basis
 * @param {number} t
 */
function lettingAllRun(basis, t) {
  const all = basis?.rows[0];
  if (!all || !basis || t >= 1) return null;
  return (all.approved_successes - ((all.approved - all.approved_successes) * t) / (1 - t)) / basis.n;
}

/** @param {Colours} colours */
const frame = (colours) => ({
  grid: { left: 36, right: 12, top: 12, bottom: 36 },
  textStyle: { fontFamily: colours.font },
  xAxis: { ...unitAxis(colours, 'Least confidence to run'), nameGap: 22, splitLine: { show: false } },
});

/**
 * The threshold chosen, and where nothing is known.
 * @param {Colours} colours
 * @param {number} at
 * @param {number} unknownBelow
 */
const marks = (colours, at, unknownBelow) => ({
  type: 'line',
  data: [],
  silent: true,
  markLine: { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: colours.ink, width: 1, type: 'solid' }, data: [{ xAxis: at }] },
  markArea: {
    silent: true,
    itemStyle: { color: colours['ink-2'], opacity: 0.12 },
    label: { ...label(colours), position: 'insideTop' },
    data: unknownBelow >= SHADED_FROM ? [[{ xAxis: 0, name: unknownBelow >= 0.3 ? 'no outcomes here' : '' }, { xAxis: unknownBelow }]] : [],
  },
});

/**
 * @param {string} color
 * @param {'solid' | 'dashed' | 'dotted'} type
 * @param {(number | null)[][]} data
 * @param {number} width
 */
const line = (color, type, data, width) => ({ type: 'line', data, symbol: 'none', clip: true, z: 3, lineStyle: { color, width, type }, itemStyle: { color }, emphasis: { disabled: true } });

/**
 * @param {Basis | null} raw
 * @param {Basis | null} calibrated
 * @param {number} at
 */
function rateWords(raw, calibrated, at) {
  /** @param {Basis | null} basis @param {string} name */
  const words = (basis, name) => {
    const row = basis?.rows[at];
    return row ? [`${name}: ${count(row.approved)} would run,`, `  ${rate(row.approved_success_rate)} (${between(row.wilson_low, row.wilson_high)}) succeed`] : [];
  };
  return [`at ${rate(at / 100)}`, ...words(raw, 'as stated'), ...words(calibrated, 'calibrated')].join('\n');
}

/**
 * @param {Basis | null} raw
 * @param {Basis | null} calibrated
 * @param {number} at
 */
function benefitWords(raw, calibrated, at) {
  /** @param {Basis | null} basis @param {string} name */
  const words = (basis, name) => {
    const row = basis?.rows[at];
    return row ? [`${name}: ${row.net_benefit === null ? row.reason : rate(row.net_benefit, 3)}`] : [];
  };
  return [`at ${rate(at / 100)}`, ...words(raw, 'as stated'), ...words(calibrated, 'calibrated'), `letting all run: ${rate(lettingAllRun(raw ?? calibrated, at / 100), 3)}`].join('\n');
}
