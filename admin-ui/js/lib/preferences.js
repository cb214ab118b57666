// @ts-check
/** What this reader chose or saw, kept in this browser. */
import { useEffect, useState } from '../../vendor/hooks.module.js';

const PREFIX = 'escapement.';

/** @type {Set<() => void>} */
const watchers = new Set();

/** For browsers that forbid storage: the choice then lasts until the page is closed. @type {Map<string, string>} */
const fallback = new Map();

/**
 * @param {string} name
 * @param {string} standard
 * @returns {[string, (value: string) => void]}
 */
export function usePreference(name, standard) {
  const [value, setValue] = useState(() => readPreference(name) ?? standard);
  useEffect(() => {
    const follow = () => setValue(readPreference(name) ?? standard);
    watchers.add(follow);
    return () => void watchers.delete(follow);
  }, [name]);
  return [value, (chosen) => writePreference(name, chosen)];
}

/** @param {string} theme 'system', 'light' or 'dark' */
export function applyTheme(theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** @param {string} name */
export function readPreference(name) {
  try {
    return localStorage.getItem(PREFIX + name) ?? fallback.get(name);
  } catch {
    return fallback.get(name);
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function writePreference(name, value) {
  fallback.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // The fallback holds it.
  }
  for (const follow of watchers) follow();
}
