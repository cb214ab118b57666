// @ts-check
/** The one template tag of the page: `html` makes Preact nodes, so every value in it is text, never markup. */
import { h } from '../../vendor/preact.module.js';
import htm from '../../vendor/htm.module.js';

export const html = htm.bind(h);
