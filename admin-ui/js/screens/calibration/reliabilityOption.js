// @ts-check
/** The reliability diagram: what was stated across, what came true upwards, on one scale. Pure. */
import { counted } from '../../lib/format.js';
import { LEAST, SOLID, between, rate, signed } from '../../lib/rates.js';
import { label, ranges, tooltip, unitAxis, whiskers } from './drawing.js';

/** @import { Bin } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** @typedef {{ x: number[], y: number[] }} Levels thresholds of the policy: of what is stated, and of what it is worth */
/** @typedef {{ knots: number[], lower80: number[] }} Curve */

const MILLION = 1_000_000;

/**
 * @param {{ bins: Bin[], map: Curve | null, levels: Levels, calibrated: boolean }} shown `map`: null where it is already in the confidences
 */
export const reliabilityOption = ({ bins, map, levels, calibrated }) => (/** @type {Colours} */ colours) => {
  const known = bins.filter(({ n }) => n >= LEAST);
  const color = calibrated ? colours['ink-2'] : colours.accent;
  const most = Math.max(...known.map(({ n }) => n), 1);
  return {
    grid: { left: 44, right: 12, top: 12, bottom: 44 },
    textStyle: { fontFamily: colours.font },
    xAxis: { ...unitAxis(colours, calibrated ? 'Confidence through the map in force' : 'Stated confidence'), nameGap: 24 },
    yAxis: { ...unitAxis(colours, 'Came true'), nameGap: 30 },
    tooltip: tooltip(colours, ({ data }) => (data.bin ? said(data.bin) : '')),
    series: [
      {
        type: 'line',
        data: [[0, 0], [1, 1]],
        symbol: 'none',
        silent: true,
        lineStyle: { color: colours['ink-2'], width: 1, opacity: 0.7 },
        markLine: thresholds(levels, colours),
      },
      ranges(colours['ink-2'], known.flatMap(({ mean_confidence, consistency_low, consistency_high }) =>
        mean_confidence === null || consistency_low === null || consistency_high === null ? [] : [[mean_confidence, consistency_low, consistency_high]]), 18),
      ...(map ? [curve(map.knots, colours, 'dashed'), curve(map.lower80, colours, 'dotted')] : []),
      whiskers(color, known.flatMap(({ mean_confidence, wilson_low, wilson_high }) =>
        mean_confidence === null || wilson_low === null || wilson_high === null ? [] : [[mean_confidence, wilson_low, wilson_high]])),
      {
        type: 'scatter',
        z: 5,
        data: known.map((bin) => ({
          value: [bin.mean_confidence, bin.observed_rate],
          bin,
          symbolSize: 7 + 9 * Math.sqrt(bin.n / most),
          itemStyle: { color: bin.n < SOLID ? colours.panel : color, borderColor: bin.n < SOLID ? color : colours.panel, borderWidth: bin.n < SOLID ? 2 : 1 },
        })),
      },
    ],
  };
};

/**
 * @param {number[]} values millionths, by thousandths of confidence
 * @param {Colours} colours
 * @param {'dashed' | 'dotted'} type
 */
const curve = (values, colours, type) => ({
  type: 'line',
  data: values.filter((_, at) => at % 5 === 0).map((value, at) => [at / 200, value / MILLION]),
  symbol: 'none',
  silent: true,
  z: 2,
  lineStyle: { color: colours['ink-2'], width: type === 'dashed' ? 2 : 1.5, type },
});

/**
 * @param {Levels} levels
 * @param {Colours} colours
 */
const thresholds = ({ x, y }, colours) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: colours.failed, width: 1, type: 'solid' },
  label: { ...label(colours), color: colours.failed },
  data: [
    ...x.map((xAxis) => ({ xAxis, label: { formatter: `policy ${rate(xAxis)}`, position: 'insideStartTop', rotate: 90 } })),
    ...y.map((yAxis) => ({ yAxis, label: { formatter: `policy ${rate(yAxis)}, calibrated`, position: 'insideStartTop' } })),
  ],
});

/** @param {Bin} bin */
const said = ({ label: name, n, mean_confidence, observed_rate, wilson_low, wilson_high, gap, consistency_low, consistency_high }) =>
  [
    `${name} ${counted(n, 'outcome')}${n < SOLID ? ', too few to lean on' : ''}`,
    `stated ${rate(mean_confidence)}`,
    `came true ${rate(observed_rate)} (${between(wilson_low, wilson_high)})`,
    `gap ${signed(gap)}`,
    `right claims would be at ${between(consistency_low, consistency_high)}`,
  ].join('\n');
