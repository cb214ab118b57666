// @ts-check
/** The rate of what ran in each bin, inside the bounds that what never ran leaves open. Pure. */
import { count, percent } from '../../lib/format.js';
import { LEAST, SOLID, between, rate } from '../../lib/rates.js';
import { label, namedAxis, ranges, tooltip, unitAxis, whiskers } from './drawing.js';

/** @import { CoverageBin } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** @param {CoverageBin[]} bins */
export const coverageOption = (bins) => (/** @type {Colours} */ colours) => {
  const name = (/** @type {CoverageBin} */ bin) => bin.label.slice(1, 4);
  const known = bins.filter((bin) => ended(bin) >= LEAST);
  return {
    grid: { left: 44, right: 12, top: 12, bottom: 22 },
    textStyle: { fontFamily: colours.font },
    xAxis: { ...namedAxis(colours, bins.map(name)), axisLabel: { ...label(colours), interval: 0 } },
    yAxis: { ...unitAxis(colours, ''), name: undefined },
    tooltip: tooltip(colours, (told) => said(bins[told[0].dataIndex]), 'axis'),
    series: [
      {
        type: 'scatter',
        z: 5,
        symbolSize: 8,
        data: bins.map((bin) => ({
          value: ended(bin) >= LEAST ? bin.observed_rate : null,
          itemStyle: { color: ended(bin) < SOLID ? colours.panel : colours.accent, borderColor: colours.accent, borderWidth: 2 },
        })),
      },
      ranges(colours['ink-2'], bins.flatMap((bin) => (bin.bound_low === null || bin.bound_high === null ? [] : [[name(bin), bin.bound_low, bin.bound_high]])), 22),
      whiskers(colours.accent, known.flatMap((bin) => (bin.wilson_low === null || bin.wilson_high === null ? [] : [[name(bin), bin.wilson_low, bin.wilson_high]]))),
    ],
  };
};

/** @param {CoverageBin} bin */
const ended = ({ auto, probe, human }) => auto + probe + human;

/** @param {CoverageBin} bin */
const said = (bin) =>
  [
    `${bin.label}: ${count(bin.submitted)} submitted`,
    `${count(ended(bin))} with an outcome${bin.submitted > 0 ? ` (${percent(ended(bin) / bin.submitted)})` : ''}`,
    `came true ${rate(bin.observed_rate)} (${between(bin.wilson_low, bin.wilson_high)})`,
    `of all submitted between ${between(bin.bound_low, bin.bound_high).replace('to', 'and')}`,
    ...(bin.reason ? [bin.reason] : []),
  ].join('\n');
