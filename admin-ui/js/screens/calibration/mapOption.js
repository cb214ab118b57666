// @ts-check
/** What a stated confidence is worth by a map, by the one it is compared with, and where outcomes speak for it. Pure. */
import { count } from '../../lib/format.js';
import { rate } from '../../lib/rates.js';
import { band, tooltip, unitAxis } from './drawing.js';

/** @import { CalibrationMap } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

const MILLION = 1_000_000;

/**
 * @param {{ map: CalibrationMap, other: CalibrationMap | null, support: number[] }} shown `support`: outcomes by hundredths of confidence
 */
export const mapOption = ({ map, other, support }) => (/** @type {Colours} */ colours) => {
  const most = Math.max(...support, 1);
  return {
    grid: { left: 44, right: 12, top: 12, bottom: 44 },
    textStyle: { fontFamily: colours.font },
    xAxis: { ...unitAxis(colours, 'Stated confidence'), nameGap: 24 },
    yAxis: { ...unitAxis(colours, 'Worth'), nameGap: 30 },
    tooltip: tooltip(colours, (told) => said(map, other, support, told[0].axisValue), 'axis'),
    series: [
      curve(map.knots, colours.accent, 'solid', 2.5),
      { type: 'line', data: [[0, 0], [1, 1]], symbol: 'none', silent: true, lineStyle: { color: colours['ink-2'], width: 1, opacity: 0.7 } },
      band(colours.accent, points(map.lower80).map(([at, low], index) => [at, low, points(map.knots)[index][1]])),
      curve(map.lower80, colours.accent, 'dotted', 1.5),
      ...(other ? [curve(other.knots, colours.retrying, 'dashed', 1.5)] : []),
      {
        type: 'custom',
        silent: true,
        tooltip: { show: false },
        encode: { x: 0, y: 1 },
        z: 1,
        data: support.map((n, at) => [at / 100, n / most]).filter(([, share]) => share > 0),
        renderItem: (/** @type {any} */ _, /** @type {any} */ api) => {
          const [x, foot] = api.coord([api.value(0), 0]);
          const [, head] = api.coord([api.value(0), 0.12 * Math.sqrt(api.value(1))]);
          return { type: 'rect', shape: { x, y: head, width: 2, height: foot - head }, style: { fill: colours['ink-2'], opacity: 0.7 } };
        },
      },
    ],
  };
};

/** @param {number[]} values millionths, by thousandths */
const points = (values) => values.filter((_, at) => at % 5 === 0).map((value, at) => /** @type {[number, number]} */ ([at / 200, value / MILLION]));

/**
 * @param {number[]} values
 * @param {string} color
 * @param {'solid' | 'dashed' | 'dotted'} type
 * @param {number} width
 */
const curve = (values, color, type, width) => ({ type: 'line', data: points(values), symbol: 'none', z: 3, lineStyle: { color, type, width }, itemStyle: { color }, emphasis: { disabled: true } });

/**
 * @param {CalibrationMap} map
 * @param {CalibrationMap | null} other
 * @param {number[]} support
 * @param {number} at
 */
const said = (map, other, support, at) =>
  [
    `${rate(at, 3)} stated`,
    `worth ${rate(map.knots[thousandth(at)] / MILLION, 3)}, at least ${rate(map.lower80[thousandth(at)] / MILLION, 3)} (80%)`,
    ...(other ? [`version ${other.version}: ${rate(other.knots[thousandth(at)] / MILLION, 3)}`] : []),
    `${count(support[Math.floor(thousandth(at) / 10)] ?? 0)} outcomes at ${rate(Math.floor(thousandth(at) / 10) / 100)}`,
  ].join('\n');

/** A confidence in between counts as the lower one; 0.57 × 1000 itself is less than 570. @param {number} at */
const thousandth = (at) => Math.floor(at * 1000 + 1e-6);
