// @ts-check
/** Both sums that tell of drift, and the limit above which they are an alarm. Pure. */
import { counted } from '../../lib/format.js';
import { rate } from '../../lib/rates.js';
import { label, namedAxis, numberAxis, tooltip } from './drawing.js';

/** @import { DriftSeries } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** @param {DriftSeries} series */
export const driftOption = ({ items, limit }) => (/** @type {Colours} */ colours) => {
  const arm = (/** @type {'up' | 'down'} */ name, /** @type {string} */ color, /** @type {string} */ type) => ({
    type: 'line',
    data: items.map((item) => item[name]),
    symbol: name === 'up' ? 'triangle' : 'circle',
    symbolSize: 5,
    showAllSymbol: items.length <= 60,
    showSymbol: items.length <= 60,
    itemStyle: { color },
    lineStyle: { color, width: 2, type },
  });
  return {
    grid: { left: 44, right: 12, top: 26, bottom: 24 },
    textStyle: { fontFamily: colours.font },
    xAxis: namedAxis(colours, items.map(({ day }) => day)),
    yAxis: {
      ...numberAxis(colours, 'Standard deviations, added up: less came true (line), more (dotted)'),
      min: 0,
      max: (/** @type {{ max: number }} */ { max }) => Math.max(Math.ceil(max), limit + 1),
    },
    tooltip: tooltip(
      colours,
      (told) => {
        const { day, n, up, down } = items[told[0].dataIndex];
        return [`to ${day}: ${counted(n, 'outcome')}`, `less came true ${rate(down, 1)}, more ${rate(up, 1)}`, `alarm above ${rate(limit, 1)}`].join('\n');
      },
      'axis',
    ),
    series: [
      {
        ...arm('down', colours.accent, 'solid'),
        markLine: {
          silent: true,
          symbol: 'none',
          data: [{ yAxis: limit }],
          lineStyle: { color: colours.failed, type: 'solid', width: 1 },
          label: { ...label(colours), color: colours.failed, formatter: `alarm above ${limit}`, position: 'insideEndTop' },
        },
      },
      arm('up', colours['ink-2'], 'dotted'),
    ],
  };
};
