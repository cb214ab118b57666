// @ts-check
import { html } from '../lib/html.js';

/**
 * A share as a bar; the numbers stand beside it, so readers skip the picture.
 * @param {{ value: number, of: number }} props
 */
export const Meter = ({ value, of }) => html`
  <svg class="meter" aria-hidden="true">
    <rect class="meter-whole" width="100%" height="100%" rx="3" />
    <rect class="meter-part" width="${of > 0 ? Math.min(100, (100 * value) / of) : 0}%" height="100%" rx="3" />
  </svg>
`;
