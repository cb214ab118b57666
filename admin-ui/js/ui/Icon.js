// @ts-check
/** Shapes of 16 × 16, in the colour of their text. They repeat what a word beside them says, so readers skip them. */
import { html } from '../lib/html.js';

/** @type {Record<string, any>} */
const SHAPES = {
  circle: html`<circle cx="8" cy="8" r="5" />`,
  clock: html`<circle cx="8" cy="8" r="5.5" /><path d="M8 5v3.2l2 1.3" />`,
  lock: html`<rect x="3.5" y="7.2" width="9" height="6" rx="1.2" /><path d="M5.5 7V5.2a2.5 2.5 0 0 1 5 0V7" />`,
  shield: html`<path d="M8 2 13 3.8V8c0 3-2.2 5-5 6-2.8-1-5-3-5-6V3.8z" /><path d="M8 5.5v3M8 10.6v.1" />`,
  play: html`<path class="solid" d="M5 3.5v9l7-4.5z" />`,
  retry: html`<path d="M12.5 8A4.5 4.5 0 1 1 11 4.6" /><path d="M11.5 2v3h-3" />`,
  check: html`<path d="m3.5 8.5 3 3 6-7" />`,
  cross: html`<path d="m4.2 4.2 7.6 7.6M11.8 4.2l-7.6 7.6" />`,
  skip: html`<path d="m4 4 4 4-4 4M8.5 4l4 4-4 4" />`,
  ban: html`<circle cx="8" cy="8" r="5.5" /><path d="m4.2 11.8 7.6-7.6" />`,
  warning: html`<path d="M8 2.5 14.2 13H1.8z" /><path d="M8 6.5v3M8 11.2v.1" />`,
};

/** @param {{ name: string }} props */
export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${SHAPES[name]}</svg>`;
