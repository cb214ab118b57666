// @ts-check
/** The title of the tab: the screen, and before it how many tasks wait for a person. */
import { useEffect } from '../../vendor/hooks.module.js';

let name = '';
let waiting = 0;

/** @param {string} title of the screen */
export function useTitle(title) {
  useEffect(() => {
    name = title;
    show();
  }, [title]);
}

/** @param {number} tasks that the gate holds */
export function useWaiting(tasks) {
  useEffect(() => {
    waiting = tasks;
    show();
  }, [tasks]);
}

function show() {
  document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${name && `${name} · `}Escapement`;
}
