// @ts-check
/** How the last hour is drawn: a bar a minute for what ended, what failed at its foot, and a line for what came in. Pure. */
import { absolute, count } from '../../lib/format.js';

/** @import { Point } from '../../lib/throughput.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/**
 * @param {Point[]} points
 * @param {'local' | 'utc'} zone
 */
export const throughputOption = (points, zone) => (/** @type {Colours} */ colours) => {
  const label = { color: colours['ink-2'], fontFamily: colours.font, fontSize: 11 };
  const clock = (/** @type {number} */ minute) => absolute(minute, zone).slice(11, 16);
  return {
    grid: { left: 8, right: 8, top: 10, bottom: 4, containLabel: true },
    textStyle: { fontFamily: colours.font },
    xAxis: {
      type: 'category',
      data: points.map(({ minute }) => clock(minute)),
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: { ...label, interval: (/** @type {number} */ at) => (points.length - 1 - at) % 15 === 0, alignMaxLabel: 'right' },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...label, formatter: (/** @type {number} */ value) => count(value) },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: 'shadow', shadowStyle: { color: colours['ink-2'], opacity: 0.12 } },
      backgroundColor: colours.panel,
      borderColor: colours.line,
      borderWidth: 1,
      confine: true,
      textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 12 },
      formatter: (/** @type {{ dataIndex: number }[]} */ [{ dataIndex }]) => said(points[dataIndex], zone),
    },
    series: [
      series('Failed', colours.failed, points.map(({ failed }) => failed)),
      series('Succeeded', colours.accent, points.map(({ succeeded }) => succeeded)),
      series('Other', colours.cancelled, points.map(({ other }) => other)),
      {
        name: 'Submitted',
        type: 'line',
        step: 'middle',
        symbol: 'none',
        data: points.map(({ submitted }) => submitted),
        lineStyle: { color: colours['ink-2'], width: 1.5, type: 'dashed' },
        itemStyle: { color: colours['ink-2'] },
        emphasis: { disabled: true },
      },
    ],
  };
};

/**
 * @param {string} name
 * @param {string} color
 * @param {number[]} data
 */
const series = (name, color, data) => ({ name, type: 'bar', stack: 'ended', data, itemStyle: { color }, barCategoryGap: '25%', emphasis: { disabled: true } });

/**
 * @param {Point} point
 * @param {'local' | 'utc'} zone
 */
function said({ minute, submitted, succeeded, failed, other }, zone) {
  const lines = [absolute(minute, zone).slice(0, 16), `${count(submitted)} submitted`, `${count(succeeded)} succeeded`, `${count(failed)} failed`];
  return [...lines, ...(other > 0 ? [`${count(other)} other`] : [])].join('\n');
}
