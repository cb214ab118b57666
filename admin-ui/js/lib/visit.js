// @ts-check
/** When this reader looked last, so that the page can say what is new since. Pure but for the last function. */
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { now } from './clock.js';
import { readPreference, writePreference } from './preferences.js';

/** @typedef {{ before: number, seen: number }} Visit `before`: the end of the visit before, 0 in the first; `seen`: this one goes on */

/** A reader who is away for shorter comes back to the same visit. */
const ABSENCE_MS = 15 * 60_000;
const NOTED_EVERY_MS = 15_000;

/**
 * @param {Visit | null} known
 * @param {number} time
 * @returns {Visit}
 */
export function visitAt(known, time) {
  if (!known) return { before: 0, seen: time };
  return { before: time - known.seen > ABSENCE_MS ? known.seen : known.before, seen: time };
}

/**
 * @param {string | undefined} text
 * @returns {Visit | null}
 */
export function parseVisit(text) {
  const [before, seen] = (text ?? '').split(' ').map(Number);
  return before >= 0 && seen > 0 ? { before, seen } : null;
}

/** The end of the visit before this one, in milliseconds; 0 in the first. */
export function useLastVisit() {
  const note = () => {
    const visit = visitAt(parseVisit(readPreference('visit')), now());
    writePreference('visit', `${visit.before} ${visit.seen}`);
    return visit.before;
  };
  const [before, setBefore] = useState(note);
  useEffect(() => {
    const again = () => document.hidden || setBefore(note());
    const timer = setInterval(again, NOTED_EVERY_MS);
    document.addEventListener('visibilitychange', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
    };
  }, []);
  return before;
}
