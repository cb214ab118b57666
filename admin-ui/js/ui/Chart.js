// @ts-check
import { useEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';

/** @import { Chart as Drawing } from '../../vendor/echarts.esm.min.js' */

/** The tokens that charts use. */
const TOKENS = /** @type {const} */ (['panel', 'line', 'ink', 'ink-2', 'accent', 'failed', 'cancelled', 'retrying']);

/** @typedef {Record<typeof TOKENS[number] | 'font', string>} Colours */

/**
 * A drawing by ECharts, which comes when the first chart does. It follows theme and size.
 * @param {{ label: string, option: (colours: Colours) => object, tall?: boolean, class?: string }} props `label`: what it shows, in words
 */
export function Chart({ label, option, tall = false, class: name = '' }) {
  const place = useRef(/** @type {HTMLElement | null} */ (null));
  const drawing = useRef(/** @type {Drawing | null} */ (null));
  const [failed, setFailed] = useState(false);
  const newest = useRef(option);
  newest.current = option;
  const draw = () => drawing.current?.setOption({ animation: false, ...newest.current(colours()) }, { notMerge: true }); // or series that are gone would stay

  useEffect(() => {
    let gone = false;
    const element = /** @type {HTMLElement} */ (place.current);
    import('../../vendor/echarts.esm.min.js').then(
      ({ init }) => {
        if (gone) return;
        drawing.current = init(element, null, { renderer: 'svg' });
        draw();
      },
      () => setFailed(true),
    );
    const sizes = new ResizeObserver(() => drawing.current?.resize());
    sizes.observe(element);
    const unfollow = followTheme(draw);
    return () => {
      gone = true;
      sizes.disconnect();
      unfollow();
      drawing.current?.dispose();
      drawing.current = null;
    };
  }, []);
  useEffect(draw, [option]);

  if (failed) return html`<p class="panel-note">The chart could not be loaded; ${label}</p>`;
  return html`<div class="chart ${tall ? 'chart-tall' : ''} ${name}" role="img" aria-label=${label} ref=${place}></div>`;
}

/** @param {() => void} redraw */
function followTheme(redraw) {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  dark.addEventListener('change', redraw);
  const chosen = new MutationObserver(redraw);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    dark.removeEventListener('change', redraw);
    chosen.disconnect();
  };
}

/** The tokens as plain colours: a token itself is two of them, and only an element in use says which. */
function colours() {
  const probe = document.createElement('span');
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const entries = TOKENS.map((token) => {
    probe.style.color = `var(--${token})`;
    return [token, style.color];
  });
  const font = style.fontFamily;
  probe.remove();
  return /** @type {Colours} */ ({ ...Object.fromEntries(entries), font });
}
