// @ts-check
/** What the calibration charts have in common. Raw is the accent and solid, calibrated the second ink and dashed, everywhere. Pure. */

/** @import { Colours } from '../../ui/Chart.js' */

/** @param {Colours} colours */
export const label = (colours) => ({ color: colours['ink-2'], fontFamily: colours.font, fontSize: 11 });

/**
 * @param {Colours} colours
 * @param {string} name
 */
export const unitAxis = (colours, name) => ({
  type: 'value',
  name,
  nameLocation: 'middle',
  nameTextStyle: label(colours),
  min: 0,
  max: 1,
  interval: 0.2,
  axisLine: { show: true, lineStyle: { color: colours.line } },
  axisTick: { show: false },
  splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
  axisLabel: { ...label(colours), formatter: (/** @type {number} */ value) => value.toFixed(1) },
});

/**
 * @param {Colours} colours
 * @param {string[]} names
 */
export const namedAxis = (colours, names) => ({
  type: 'category',
  data: names,
  axisLine: { lineStyle: { color: colours.line } },
  axisTick: { show: false },
  axisLabel: { ...label(colours), hideOverlap: true },
});

/**
 * @param {Colours} colours
 * @param {string} [name]
 */
export const numberAxis = (colours, name) => ({
  type: 'value',
  name,
  nameTextStyle: { ...label(colours), align: 'left' },
  splitNumber: 4,
  splitLine: { lineStyle: { color: colours.line, opacity: 0.6 } },
  axisLabel: label(colours),
});

/**
 * @param {Colours} colours
 * @param {(told: any) => string} formatter
 * @param {'item' | 'axis'} trigger
 */
export const tooltip = (colours, formatter, trigger = 'item') => ({
  trigger,
  renderMode: 'richText',
  backgroundColor: colours.panel,
  borderColor: colours.line,
  borderWidth: 1,
  confine: true,
  textStyle: { color: colours.ink, fontFamily: colours.font, fontSize: 12 },
  axisPointer: { type: 'line', lineStyle: { color: colours['ink-2'] } },
  formatter,
});

/**
 * An interval at each place: a line with ends.
 * @param {string} color
 * @param {[at: number | string, low: number, high: number][]} data
 * @param {{ axis?: number, width?: number }} settings
 */
export const whiskers = (color, data, { axis = 0, width = 1.5 } = {}) => ({
  type: 'custom',
  xAxisIndex: axis,
  yAxisIndex: axis,
  silent: true,
  tooltip: { show: false },
  encode: { x: 0, y: [1, 2] },
  z: 3,
  data,
  renderItem: (/** @type {any} */ _, /** @type {any} */ api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const [, high] = api.coord([api.value(0), api.value(2)]);
    const line = (/** @type {number[]} */ [x1, y1, x2, y2]) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: width } });
    return { type: 'group', children: [line([x, low, x, high]), line([x - 3, low, x + 3, low]), line([x - 3, high, x + 3, high])] };
  },
});

/**
 * A range at each place: a wide pale bar.
 * @param {string} color
 * @param {[at: number | string, low: number, high: number][]} data
 * @param {number} width in pixels
 */
export const ranges = (color, data, width) => ({
  type: 'custom',
  silent: true,
  tooltip: { show: false },
  encode: { x: 0, y: [1, 2] },
  z: 1,
  data,
  renderItem: (/** @type {any} */ _, /** @type {any} */ api) => {
    const [x, low] = api.coord([api.value(0), api.value(1)]);
    const [, high] = api.coord([api.value(0), api.value(2)]);
    return { type: 'rect', shape: { x: x - width / 2, y: high, width, height: low - high, r: 2 }, style: { fill: color, opacity: 0.22 } };
  },
});

/**
 * A pale area between two curves.
 * @param {string} color
 * @param {[at: number, low: number, high: number][]} data rising
 */
export const band = (color, data) => ({
  type: 'custom',
  silent: true,
  tooltip: { show: false },
  encode: { x: 0, y: [1, 2] },
  z: 1,
  clip: true,
  data: data.length > 1 ? [data[0]] : [],
  renderItem: (/** @type {any} */ _, /** @type {any} */ api) => ({
    type: 'polygon',
    shape: { points: [...data.map(([at, low]) => api.coord([at, low])), ...data.toReversed().map(([at, , high]) => api.coord([at, high]))] },
    style: { fill: color, opacity: 0.16 },
  }),
});
