// @ts-check
import { html } from '../lib/html.js';
import { counted } from '../lib/format.js';
import { totals } from '../lib/throughput.js';

/** @import { Point } from '../lib/throughput.js' */

const HEIGHT = 20;

/**
 * What ended in each of the last minutes, and of that what failed. What it says in words is its name.
 * @param {{ points: Point[] }} props
 */
export function Sparkline({ points }) {
  const most = Math.max(1, ...points.map(({ succeeded, failed, other }) => succeeded + failed + other));
  const { succeeded, failed, other } = totals(points);
  const said = `${counted(succeeded + other, 'attempt')} ended well in an hour, ${failed} failed; at most ${most} in a minute`;
  return html`
    <svg class="spark" viewBox="0 0 ${points.length * 2} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${said}>
      <title>${said}</title>
      ${points.map((point, at) => html`<${Bar} key=${point.minute} x=${at * 2} point=${point} most=${most} />`)}
    </svg>
  `;
}

/** @param {{ x: number, point: Point, most: number }} props */
function Bar({ x, point: { succeeded, failed, other }, most }) {
  const whole = tall(succeeded + failed + other, most);
  const bad = tall(failed, most);
  if (whole === 0) return null;
  return html`
    <rect class="spark-well" x=${x} width="1.5" y=${HEIGHT - whole} height=${whole} />
    ${bad > 0 && html`<rect class="spark-failed" x=${x} width="1.5" y=${HEIGHT - bad} height=${bad} />`}
  `;
}

/**
 * What is not nothing is seen.
 * @param {number} value
 * @param {number} most
 */
const tall = (value, most) => (value === 0 ? 0 : Math.max(2, (HEIGHT * value) / most));
