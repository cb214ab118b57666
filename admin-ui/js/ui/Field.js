// @ts-check
import { useId } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { Icon } from './Icon.js';

/**
 * A label, a control, a hint, and what is wrong with it.
 * @param {{ label: string, hint?: string, error?: string, class?: string, control: (attributes: object) => any }} props
 */
export function Field({ label, hint, error, class: name = '', control }) {
  const id = useId();
  const about = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`
    <div class="field ${name}">
      <label for=${id}>${label}</label>
      ${control({ id, 'aria-describedby': about || null, 'aria-invalid': error ? 'true' : null })}
      ${error && html`<p class="field-error" id="${id}-error"><${Icon} name="warning" /><bdi>${error}</bdi></p>`}
      ${hint && html`<p class="field-hint" id="${id}-hint">${hint}</p>`}
    </div>
  `;
}
