// @ts-check
/** What a screen shows of the server: fetched once, fetched again on request, the old kept until the new is there. */
import { useEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { now } from './clock.js';
import { live } from './live.js';

/**
 * @template T
 * @typedef {object} Resource
 * @property {T | null} data
 * @property {string} key what `data` answers; differs from the key asked for while that is on its way
 * @property {Error | null} error of the latest fetch
 * @property {number} at when `data` came, by the server's clock
 */

/** Between two fetches at least a second, and four times what the last one took: a slow server is asked less. */
const SHORTEST_PAUSE_MS = 1000;
const PAUSE_FACTOR = 4;
const REMEMBERED = 20;

/** @type {Map<string, Resource<any>>} */
const remembered = new Map();

/**
 * @template T
 * @param {string} key names the thing; another key fetches at once
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @returns {Resource<T> & { stale: boolean, refresh: () => void }}
 */
export function useResource(key, load) {
  const [shown, setShown] = useState(() => remembered.get(key) ?? { data: null, key, error: null, at: 0 });
  const loader = useRef(load);
  loader.current = load;
  const refresh = useRef(() => {});

  useEffect(() => {
    const known = remembered.get(key);
    if (known) setShown(known);
    const fetches = keepFetching(
      (signal) => loader.current(signal),
      (data) => setShown(remember({ data, key, error: null, at: now() })),
      (error) => setShown((before) => (before.key === key ? { ...before, error } : { data: null, key, error, at: 0 })),
    );
    refresh.current = fetches.refresh;
    fetches.refresh();
    return fetches.stop;
  }, [key]);

  return { ...shown, stale: shown.key !== key, refresh: () => refresh.current() };
}

/** @param {Resource<any>} resource */
function remember(resource) {
  remembered.delete(resource.key);
  remembered.set(resource.key, resource);
  if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value ?? '');
  return resource;
}

/**
 * Fetches one at a time; requests that come meanwhile become one more fetch after the pause.
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {(data: T) => void} succeed
 * @param {(error: Error) => void} fail
 */
function keepFetching(load, succeed, fail) {
  const stopper = new AbortController();
  const { signal } = stopper;
  let busy = false;
  let wanted = false;

  async function run() {
    busy = true;
    wanted = false;
    const start = performance.now();
    await load(signal).then(
      (data) => signal.aborted || succeed(data),
      (error) => signal.aborted || fail(error),
    );
    const took = performance.now() - start;
    setTimeout(rest, Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * took));
  }

  function rest() {
    busy = false;
    // What waited while the reader paused is asked for by the reset that comes with resuming.
    if (wanted && live.state !== 'paused') refresh();
  }

  function refresh() {
    wanted = true;
    if (!busy && !signal.aborted) run();
  }

  return { refresh, stop: () => stopper.abort() };
}
