/** The part of Apache ECharts 6.0.0 that the page uses; see VENDOR.md. */

export interface Chart {
  setOption(option: object, settings?: { notMerge?: boolean; lazyUpdate?: boolean }): void;
  resize(): void;
  dispose(): void;
}

export function init(element: Element, theme: null, settings: { renderer: 'svg' }): Chart;
