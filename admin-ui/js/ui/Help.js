// @ts-check
import { useLayoutEffect, useRef } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { PLACES } from './places.js';

const SHORTCUTS = [
  ['Ctrl K', 'Go to a screen or a task, or do something'],
  ['/', 'Filter'],
  ['j, k', 'Next, previous task'],
  ['Enter', 'Open the task'],
  ['Space', 'Peek at the task; again to close'],
  ['x', 'Tick the task; Shift and a click ticks all up to it'],
  ['Esc', 'Back to the list, or leave a field'],
  ['n', 'Show the new tasks'],
  ['p', 'Pause or resume'],
  ['a', 'Approve the task shown; Enter in the dialog does it'],
  ['d', 'Approve it as a dry run'],
  ['r', 'Reject it'],
  ['c', 'State another confidence for it'],
  ...PLACES.map(({ keys, name }) => [keys, `Go to ${name.toLowerCase()}`]),
  ['?', 'This help'],
];

/** @param {{ close: () => void }} props */
export function Help({ close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useLayoutEffect(() => dialog.current?.showModal(), []);
  return html`
    <dialog ref=${dialog} class="help" aria-labelledby="help-title" onClose=${close}>
      <h2 id="help-title">Keyboard</h2>
      <dl>
        ${SHORTCUTS.map(
          ([keys, does]) => html`
            <div><dt>${keys.split(', ').map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${does}</dd></div>
          `,
        )}
      </dl>
      <form method="dialog"><button>Close</button></form>
    </dialog>
  `;
}
