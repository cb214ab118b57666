// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';

const WIDE = '(min-width: 800px)';

/**
 * A panel that can be folded; on a narrow screen it starts so, and its summary must say enough.
 * @param {{ title: string, summary?: any, class?: string, children?: any }} props
 */
export function Fold({ title, summary, class: name = '', children }) {
  const [startsOpen] = useState(() => matchMedia(WIDE).matches);
  return html`
    <details class="panel fold ${name}" open=${startsOpen}>
      <summary><h2>${title}</h2><span class="fold-summary">${summary}</span></summary>
      ${children}
    </details>
  `;
}
