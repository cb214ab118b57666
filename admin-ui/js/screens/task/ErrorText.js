// @ts-check
import { html } from '../../lib/html.js';

/**
 * An error: its first line, and the rest folded below it.
 * @param {{ text: string }} props
 */
export function ErrorText({ text }) {
  const end = text.indexOf('\n');
  if (end < 0) return html`<p class="error-text"><bdi>${text}</bdi></p>`;
  return html`
    <details class="error-text">
      <summary><bdi>${text.slice(0, end)}</bdi></summary>
      <pre tabindex="0" aria-label="Whole error">${text}</pre>
    </details>
  `;
}
