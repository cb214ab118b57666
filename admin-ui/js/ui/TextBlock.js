// @ts-check
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { count } from '../lib/format.js';
import { copyText } from '../lib/clipboard.js';

const SHOWN_AT_FIRST = 20_000;

/**
 * A text as it is, to read and to copy. A long one is cut until asked for.
 * @param {{ title: string, text: string }} props
 */
export function TextBlock({ title, text }) {
  const [whole, setWhole] = useState(false);
  const cut = !whole && text.length > SHOWN_AT_FIRST;
  return html`
    <section class="panel text-block">
      <div class="panel-head"><h2>${title}</h2><${CopyButton} text=${text} what=${title} /></div>
      <pre tabindex="0" aria-label=${title}>${cut ? text.slice(0, SHOWN_AT_FIRST) : text}</pre>
      ${cut &&
      html`
        <p class="text-cut">
          The first ${count(SHOWN_AT_FIRST)} of ${count(text.length)} characters.
          <button type="button" onClick=${() => setWhole(true)}>Show all</button>
        </p>
      `}
    </section>
  `;
}

/** @param {{ text: string, what: string }} props */
export function CopyButton({ text, what }) {
  const [done, setDone] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setDone(''), 1500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => setDone((await copyText(text)) ? 'Copied' : 'Not copied');
  return html`
    <button type="button" class="small" aria-label="Copy ${what}" onClick=${copy}>
      <span aria-live="polite">${done || 'Copy'}</span>
    </button>
  `;
}
