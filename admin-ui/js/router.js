// @ts-check
/** Where the reader is, kept in the address after #: `#/`, `#/tasks?status=FAILED`, `#/tasks/4711`. */
import { useEffect, useState } from '../vendor/hooks.module.js';

/** @typedef {{ path: string, parts: string[], query: URLSearchParams }} Route */

/** @returns {Route} */
export function currentRoute() {
  const [path, query = ''] = splitOnce(location.hash.slice(1) || '/', '?');
  return { path, parts: path.split('/').slice(1).map(decode), query: new URLSearchParams(query) };
}

/** The current route, followed. */
export function useRoute() {
  const [route, setRoute] = useState(currentRoute);
  useEffect(() => {
    const follow = () => setRoute(currentRoute());
    addEventListener('hashchange', follow);
    follow(); // it may have changed since it was first read
    return () => removeEventListener('hashchange', follow);
  }, []);
  return route;
}

/**
 * An address; empty parameters are left out.
 * @param {string} path
 * @param {Record<string, string | null | undefined>} query
 */
export function href(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(/** @type {[string, string][]} */ (given)).toString();
  return `#${path}${text && `?${text}`}`;
}

/** @param {string} id */
export const taskHref = (id) => href(`/tasks/${encodeURIComponent(id)}`);

/** @param {string} address made by `href` */
export function go(address) {
  location.hash = address;
}

/**
 * Changes the address without a step in the history: for what changes at every letter typed.
 * @param {string} address made by `href`
 */
export function replace(address) {
  location.replace(address);
}

let steps = 0;
addEventListener('hashchange', () => steps++);

/**
 * Where the reader came from within this page, or an address when it was opened here.
 * @param {string} otherwise made by `href`
 */
export function back(otherwise) {
  if (steps > 0) history.back();
  else go(otherwise);
}

/** @param {string} part as a person may have typed it */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * @param {string} text
 * @param {string} separator
 */
function splitOnce(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
