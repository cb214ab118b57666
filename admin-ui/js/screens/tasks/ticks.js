// @ts-check
/** Which rows the reader ticked; another page or filter begins anew. */
import { useState } from '../../../vendor/hooks.module.js';

/**
 * @typedef {object} Ticks
 * @property {Set<string>} ids
 * @property {boolean} all not only these: every task that matches
 * @property {(id: string, range: boolean) => void} toggle `range`: with all rows since the one before
 * @property {() => void} togglePage
 * @property {() => void} takeAll
 * @property {() => void} clear
 */

/** @type {Set<string>} */
const NONE = new Set();

/**
 * @param {string} key of the list
 * @param {{ id: string }[]} rows
 * @returns {Ticks}
 */
export function useTicks(key, rows) {
  const [ticked, setTicked] = useState({ key, ids: NONE, all: false, last: '' });
  const { ids, all, last } = ticked.key === key ? ticked : { ids: NONE, all: false, last: '' };
  /**
   * @param {Set<string>} chosen
   * @param {string} latest
   */
  const set = (chosen, latest = '') => setTicked({ key, ids: chosen, all: false, last: latest });
  return {
    ids,
    all,
    toggle: (id, range) => {
      const chosen = new Set(ids);
      const add = !ids.has(id);
      for (const each of range ? between(rows, last, id) : [id]) {
        if (add) chosen.add(each);
        else chosen.delete(each);
      }
      set(chosen, id);
    },
    togglePage: () => set(rows.every(({ id }) => ids.has(id)) ? NONE : new Set(rows.map(({ id }) => id))),
    takeAll: () => setTicked({ key, ids, all: true, last }),
    clear: () => set(NONE),
  };
}

/**
 * @param {{ id: string }[]} rows
 * @param {string} one
 * @param {string} other
 */
function between(rows, one, other) {
  const places = [one, other].map((id) => rows.findIndex((row) => row.id === id));
  if (places.includes(-1)) return [other];
  return rows.slice(Math.min(...places), Math.max(...places) + 1).map(({ id }) => id);
}
