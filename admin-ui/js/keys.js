// @ts-check
/** Keyboard shortcuts: single keys, and `g` followed by a letter. Silent while the reader types or a dialog is open. */
import { useLayoutEffect, useRef } from '../vendor/hooks.module.js';

/** @typedef {Record<string, (event: KeyboardEvent) => void>} KeyMap */

const SEQUENCE_MS = 1000;

/**
 * @param {KeyMap} keys `'j'`, `'?'`, `'g t'`
 */
export function useKeys(keys) {
  const newest = useRef(keys);
  newest.current = keys;
  useLayoutEffect(() => {
    let prefix = '';
    let prefixAt = 0;
    /** @param {KeyboardEvent} event */
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (event.key === ' ' && presses(event.target)) return;
      const within = event.timeStamp - prefixAt < SEQUENCE_MS;
      const act = newest.current[within ? prefix + event.key : event.key];
      prefix = event.key === 'g' ? 'g ' : '';
      prefixAt = event.timeStamp;
      if (!act) return;
      event.preventDefault();
      act(event);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/**
 * Ctrl K, or Cmd K, also while the reader types, but not over a dialog that waits for an answer.
 * @param {() => void} act
 */
export function useControlK(act) {
  const newest = useRef(act);
  newest.current = act;
  useLayoutEffect(() => {
    /** @param {KeyboardEvent} event */
    const press = (event) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault(); // browsers mean their own search by it
      if (!document.querySelector('dialog[open]')) newest.current();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** A ticked box takes no letters. @param {EventTarget | null} target */
const isTyping = (target) => target instanceof HTMLElement && target.matches('input:not([type=checkbox]), textarea, select');

/** Whether the space bar means this itself. @param {EventTarget | null} target */
const presses = (target) => target instanceof HTMLElement && target.matches('input, button, summary');
