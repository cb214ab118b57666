// @ts-check
import { html } from '../lib/html.js';
import { prettyJson } from '../lib/json.js';
import { TextBlock } from './TextBlock.js';

/**
 * A payload, as the server wrote it but for the white space.
 * @param {{ title: string, text: string | undefined }} props
 */
export const Payload = ({ title, text }) =>
  text === undefined || text === 'null'
    ? html`<section class="panel"><div class="panel-head"><h2>${title}</h2><span class="quiet">none</span></div></section>`
    : html`<${TextBlock} title=${title} text=${prettyJson(text)} />`;
