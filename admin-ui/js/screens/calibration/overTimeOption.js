// @ts-check
/** The gap week by week, what was said and what came true, and on how many outcomes that stands. Pure. */
import { counted } from '../../lib/format.js';
import { LEAST, SOLID, between, rate, signed } from '../../lib/rates.js';
import { label, namedAxis, numberAxis, tooltip, whiskers } from './drawing.js';

/** @import { Span } from '../../lib/calibrationTypes.js' */
/** @import { Colours } from '../../ui/Chart.js' */

/** @typedef {{ from: string, text: string, alarm: boolean }} Mark on a span, by its first day */

/**
 * @param {Span[]} spans
 * @param {Mark[]} marked
 * @param {boolean} calibrated
 */
export const overTimeOption = (spans, marked, calibrated) => (/** @type {Colours} */ colours) => {
  const names = spans.map(({ from }) => from);
  const color = calibrated ? colours['ink-2'] : colours.accent;
  const known = spans.filter(({ n }) => n >= LEAST);
  const axis = (/** @type {number} */ gridIndex) => ({ ...namedAxis(colours, names), gridIndex, axisLabel: { ...label(colours), show: gridIndex === 2, hideOverlap: true } });
  const title = (/** @type {string} */ name) => ({ name, nameGap: 8 });
  return {
    grid: [
      { left: 44, right: 12, top: 26, height: 120 },
      { left: 44, right: 12, top: 178, height: 84 },
      { left: 44, right: 12, top: 294, height: 46 },
    ],
    textStyle: { fontFamily: colours.font },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    xAxis: [{ ...axis(0), axisLine: { onZero: true, lineStyle: { color: colours['ink-2'] } } }, axis(1), axis(2)],
    yAxis: [
      { ...numberAxis(colours), ...title('Gap: stated less came true'), gridIndex: 0, axisLabel: { ...label(colours), formatter: (/** @type {number} */ value) => signed(value) } },
      { ...numberAxis(colours), ...title('Came true (line), Brier (dotted)'), gridIndex: 1, min: 0, max: 1, interval: 0.5, splitNumber: 2 },
      { ...numberAxis(colours), ...title('Outcomes'), gridIndex: 2, splitNumber: 1 },
    ],
    tooltip: tooltip(colours, (told) => said(spans[told[0].dataIndex], marked), 'axis'),
    series: [
      {
        type: 'line',
        data: spans.map(({ gap, n }) => ({
          value: n < LEAST ? null : gap,
          itemStyle: { color: n < SOLID ? colours.panel : color, borderColor: color, borderWidth: 2 },
        })),
        symbol: 'circle',
        symbolSize: 7,
        showAllSymbol: true,
        lineStyle: { color, width: 1, opacity: 0.5 },
        z: 5,
        markLine: {
          silent: true,
          symbol: 'none',
          data: marked.filter(({ from }) => names.includes(from)).map(({ from, text, alarm }) => ({
            xAxis: from,
            lineStyle: { color: alarm ? colours.failed : colours['ink-2'], type: alarm ? 'solid' : 'dashed', width: 1 },
            label: { ...label(colours), color: alarm ? colours.failed : colours['ink-2'], formatter: text, position: 'end', align: 'right' },
          })),
        },
      },
      whiskers(color, known.flatMap(({ from, gap_low, gap_high }) => (gap_low === null || gap_high === null ? [] : [[from, gap_low, gap_high]]))),
      { type: 'line', xAxisIndex: 1, yAxisIndex: 1, data: spans.map(({ base_rate, n }) => (n < LEAST ? null : base_rate)), symbol: 'none', lineStyle: { color, width: 2 } },
      { type: 'line', xAxisIndex: 1, yAxisIndex: 1, data: spans.map(({ brier, n }) => (n < LEAST ? null : brier)), symbol: 'none', lineStyle: { color: colours['ink-2'], width: 1.5, type: 'dotted' } },
      { type: 'bar', xAxisIndex: 2, yAxisIndex: 2, data: spans.map(({ n }) => n), barCategoryGap: '20%', itemStyle: { color: colours.cancelled }, emphasis: { disabled: true } },
    ],
  };
};

/**
 * @param {Span} span
 * @param {Mark[]} marked
 */
const said = ({ from, n, mean_confidence, base_rate, gap, gap_low, gap_high, brier, ece, ece_noise_floor, reason }, marked) =>
  [
    `from ${from}: ${counted(n, 'outcome')}`,
    `stated ${rate(mean_confidence)}, came true ${rate(base_rate)}`,
    `gap ${signed(gap)} (${between(gap_low, gap_high, signed)})`,
    `Brier ${rate(brier, 3)}; ECE ${rate(ece, 3)}, chance alone ${rate(ece_noise_floor, 3)}`,
    ...(reason ? [reason] : []),
    ...marked.filter((mark) => mark.from === from).map(({ text }) => text),
  ].join('\n');
