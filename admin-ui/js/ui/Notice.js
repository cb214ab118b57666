// @ts-check
/** The states in which a panel has nothing to show, in words. */
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';

const SLOW_MS = 150;

/**
 * @param {{ title: string, children?: any }} props
 */
export const Notice = ({ title, children }) => html`
  <div class="notice">
    <p class="notice-title">${title}</p>
    ${children}
  </div>
`;

/**
 * What failed, and the server's reason.
 * @param {{ what: string, error: Error, retry: () => void }} props
 */
export const Failure = ({ what, error, retry }) => html`
  <div class="notice notice-error" role="alert">
    <p class="notice-title">${what}</p>
    <p>${error.message}</p>
    <button type="button" onClick=${retry}>Try again</button>
  </div>
`;

/**
 * Grey lines in the place of what comes; a fast answer never shows them. Their room is kept from the first, or all below would move.
 * @param {{ lines?: number }} props
 */
export function Loading({ lines = 5 }) {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`
    <div class="loading ${slow ? '' : 'unseen'}" aria-busy="true">
      <span class="sr-only">Loading</span>
      ${Array.from({ length: lines }, (_, line) => html`<div class="skeleton" key=${line}></div>`)}
    </div>
  `;
}
