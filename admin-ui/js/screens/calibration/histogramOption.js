// @ts-check
/** How often each confidence was stated, and what became of it, bin by bin under the diagram. Pure. */
import { count } from '../../lib/format.js';
import { label, namedAxis, numberAxis, tooltip } from './drawing.js';

/** @import { CoverageBin } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** What became of the tasks of a bin, in the order of the bar. */
export const KINDS = [
  { name: 'ran by itself', colour: /** @type {const} */ ('accent'), of: (/** @type {CoverageBin} */ bin) => bin.auto + bin.probe },
  { name: 'a person let it run', colour: /** @type {const} */ ('retrying'), of: (/** @type {CoverageBin} */ bin) => bin.human },
  { name: 'held or waiting', colour: /** @type {const} */ ('failed'), of: (/** @type {CoverageBin} */ bin) => bin.deferred + bin.pending },
  { name: 'never ran', colour: /** @type {const} */ ('cancelled'), of: (/** @type {CoverageBin} */ bin) => bin.rejected + bin.skipped + bin.cancelled },
];

/** @param {CoverageBin[]} bins with a confidence */
export const histogramOption = (bins) => (/** @type {Colours} */ colours) => ({
  grid: { left: 44, right: 12, top: 8, bottom: 22 },
  textStyle: { fontFamily: colours.font },
  xAxis: namedAxis(colours, bins.map(({ bin }) => (bin / 10).toFixed(1))),
  yAxis: { ...numberAxis(colours), splitNumber: 2, axisLabel: { ...label(colours), formatter: short } },
  tooltip: tooltip(colours, (told) => said(bins[told[0].dataIndex]), 'axis'),
  series: KINDS.map(({ name, colour, of }) => ({
    name,
    type: 'bar',
    stack: 'fates',
    data: bins.map(of),
    barCategoryGap: '8%',
    itemStyle: { color: colours[colour] },
    emphasis: { disabled: true },
  })),
});

/** @param {number} value */
const short = (value) => (value >= 1000 ? `${value / 1000}k` : String(value));

/** @param {CoverageBin} bin */
const said = (bin) =>
  [`${bin.label} ${count(bin.submitted)} submitted`, ...KINDS.map(({ name, of }) => `${count(of(bin))} ${name}`)].join('\n');
