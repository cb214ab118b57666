// @ts-check
import { useLayoutEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { setMode } from '../lib/api.js';
import { html } from '../lib/html.js';
import { usePreference } from '../lib/preferences.js';
import { useSession } from '../lib/session.js';
import { Field } from './Field.js';

/** @type {Record<string, [title: string, meaning: string, act: string]>} */
const WORDS = {
  LOCKED: ['Stop everything', 'No task starts on any node until a person unlocks. What runs goes on.', 'Lock'],
  LIVE: ['Let tasks start', 'Ready tasks start at once, on every node, and for real.', 'Go live'],
};

/**
 * Asks for a reason, and who it is, before the mode changes for everybody.
 * @param {{ mode: 'LOCKED' | 'LIVE', named: boolean, close: () => void, changed: () => void }} props
 *   `named`: only a named person may
 */
export function ModeDialog({ mode, named, close, changed }) {
  const { me } = useSession();
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const [name, setName] = usePreference('name', '');
  const [reason, setReason] = useState('');
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const [title, meaning, act] = WORDS[mode];

  /** @param {Event} event */
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await setMode({ mode, reason: reason.trim(), by: me?.login ? null : name.trim() || null });
      changed();
      close();
    } catch (refused) {
      setError(refused instanceof Error ? refused.message : String(refused));
      setBusy(false);
    }
  };
  /** @param {(value: string) => void} set */
  const on = (set) => (/** @type {any} */ event) => set(event.target.value);
  return html`
    <dialog ref=${dialog} class="dialog" aria-labelledby="mode-title" onClose=${close}>
      <form class="dialog-form" onSubmit=${send}>
        <h2 id="mode-title">${title}</h2>
        <p>${meaning}</p>
        <${Field}
          label="Reason"
          control=${(/** @type {object} */ attributes) =>
            html`<input ...${attributes} required maxlength="1000" value=${reason} onInput=${on(setReason)} />`}
        />
        ${me?.login !== true &&
        html`<${Field}
          label="Your name"
          hint="Kept with the reason in the audit, as not verified."
          control=${(/** @type {object} */ attributes) =>
            html`<input ...${attributes} required=${named} maxlength="100" autocomplete="name" value=${name} onInput=${on(setName)} />`}
        />`}
        ${error && html`<p class="form-error" role="alert">${error}</p>`}
        <div class="form-end">
          <button class="primary" disabled=${busy}>${act}</button>
          <button type="button" onClick=${() => dialog.current?.close()}>Back</button>
        </div>
      </form>
    </dialog>
  `;
}
