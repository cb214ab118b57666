// @ts-check
/** By how much each bin claims too much or too little. The sign is written, so that no colour is needed. Pure. */
import { counted } from '../../lib/format.js';
import { LEAST, between, signed } from '../../lib/rates.js';
import { label, namedAxis, numberAxis, tooltip, whiskers } from './drawing.js';

/** @import { Bin } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** @param {Bin[]} bins */
export const gapOption = (bins) => (/** @type {Colours} */ colours) => ({
  grid: { left: 44, right: 12, top: 16, bottom: 22 + footRoom(bins) },
  textStyle: { fontFamily: colours.font },
  xAxis: { ...namedAxis(colours, bins.map(({ label: name }) => name.slice(1, 4))), axisLine: { onZero: true, lineStyle: { color: colours['ink-2'] } }, axisLabel: { ...label(colours), interval: 0, margin: 8 + footRoom(bins) }, position: 'bottom' },
  yAxis: { ...numberAxis(colours), axisLabel: { ...label(colours), formatter: (/** @type {number} */ value) => signed(value) } },
  tooltip: tooltip(colours, (told) => said(bins[told[0].dataIndex]), 'axis'),
  series: [
    {
      type: 'bar',
      barWidth: '62%',
      emphasis: { disabled: true },
      data: bins.map(({ gap, n }) => ({
        value: n < LEAST ? null : gap,
        itemStyle: { color: (gap ?? 0) > 0 ? colours.retrying : colours.accent, opacity: 0.75 },
        // at the foot, away from the interval
        label: { show: true, position: (gap ?? 0) > 0 ? 'bottom' : 'top', formatter: signed(gap), color: colours.ink, fontFamily: colours.font, fontSize: 11 },
      })),
      labelLayout: { hideOverlap: true },
    },
    whiskers(
      colours.ink,
      bins.flatMap(({ label: name, n, mean_confidence, wilson_low, wilson_high }) =>
        n < LEAST || mean_confidence === null || wilson_low === null || wilson_high === null
          ? []
          : [[name.slice(1, 4), mean_confidence - wilson_high, mean_confidence - wilson_low]],
      ),
    ),
  ],
});

/** Without a bar below zero the gaps at the feet of the bars would stand on the names of the bins. @param {Bin[]} bins */
const footRoom = (bins) => (bins.every(({ gap, n }) => n < LEAST || (gap ?? 0) >= 0) ? 16 : 0);

/** @param {Bin} bin */
function said({ label: name, n, gap, mean_confidence, wilson_low, wilson_high, reason }) {
  if (gap === null || mean_confidence === null || wilson_low === null || wilson_high === null) return `${name} ${reason ?? 'no outcomes'}`;
  const which = gap > 0 ? 'claimed too much' : 'claimed too little';
  return [`${name} ${counted(n, 'outcome')}`, `${which}: ${signed(gap)} (${between(mean_confidence - wilson_high, mean_confidence - wilson_low, signed)})`].join('\n');
}
