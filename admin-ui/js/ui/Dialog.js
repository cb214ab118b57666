// @ts-check
import { useLayoutEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';

/**
 * A question above the screen. Enter answers it, Escape leaves it; what the server refuses is said inside.
 * @param {{
 *   title: any,
 *   act: string,
 *   harmful?: boolean,
 *   wide?: boolean,
 *   ready?: boolean,
 *   send: () => Promise<unknown>,
 *   close: () => void,
 *   explain?: (error: Error) => any,
 *   children?: any,
 * }} props `ready`: whether it may be answered yet; `explain`: what a refusal means, below the server's words
 */
export function Dialog({ title, act, harmful = false, wide = false, ready = true, send, close, explain, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [error, setError] = useState(/** @type {Error | null} */ (null));
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => dialog.current?.showModal(), []);

  /** @param {Event} event */
  const answer = async (event) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    try {
      await send();
      dialog.current?.close();
    } catch (refused) {
      setError(refused instanceof Error ? refused : new Error(String(refused)));
      setBusy(false);
    }
  };
  return html`
    <dialog ref=${dialog} class="dialog ${wide ? 'dialog-wide' : ''}" aria-label=${title} onClose=${close}>
      <form class="dialog-form" onSubmit=${answer}>
        <h2><bdi>${title}</bdi></h2>
        ${children}
        ${error &&
        html`<div class="form-error" role="alert"><p><bdi>${error.message}</bdi></p>${explain?.(error)}</div>`}
        <div class="form-end">
          <button class=${harmful ? 'harmful' : 'primary'} disabled=${busy || !ready}>${act}</button>
          <button type="button" onClick=${() => dialog.current?.close()}>Back</button>
        </div>
      </form>
    </dialog>
  `;
}
