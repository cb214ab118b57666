// @ts-check
/**
 * One clock for the page: the server's. Each answer's Date header corrects it when this machine's clock is off,
 * and one timer a second moves every relative time on the screen.
 */
import { useEffect, useState } from '../../vendor/hooks.module.js';

/** The header has whole seconds, so a smaller difference says nothing. */
const NOTICEABLE_MS = 2000;

let skew = 0;
/** @type {Set<() => void>} */
const watchers = new Set();

/** Milliseconds since the epoch, by the server's clock. */
export const now = () => Date.now() + skew;

/** @param {Response} response */
export function setClock(response) {
  const difference = Date.parse(response.headers.get('date') ?? '') - Date.now();
  if (!Number.isNaN(difference)) skew = Math.abs(difference) > NOTICEABLE_MS ? difference : 0;
}

/** The time now, again every second. */
export function useNow() {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const tick = () => setTime(now());
    watchers.add(tick);
    return () => watchers.delete(tick);
  }, []);
  return time;
}

setInterval(() => {
  if (!document.hidden) for (const tick of watchers) tick();
}, 1000);
