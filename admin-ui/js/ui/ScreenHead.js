// @ts-check
import { useLayoutEffect, useRef } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';

let firstScreen = true;

/**
 * The title of a screen, what stands beside it, and what can be done, at the right.
 * A reader who comes from another screen starts at the title, also one who does not see it.
 * @param {{ title: string, beside?: any, children?: any }} props
 */
export function ScreenHead({ title, beside, children }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    if (!firstScreen) {
      scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
    firstScreen = false;
  }, []);
  return html`
    <div class="screen-head">
      <h1 tabindex="-1" ref=${heading}>${title}</h1>
      ${beside}
      <div class="screen-actions">${children}</div>
    </div>
  `;
}
