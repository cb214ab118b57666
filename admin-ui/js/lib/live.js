// @ts-check
/**
 * The live stream: one EventSource while the tab is visible, none while it is hidden.
 * Changes reach listeners in batches, the first at once and then one a second, whatever the rate of the server:
 * with counts, list and clock once a second each, the page redraws at most four times a second.
 */
import { useEffect, useRef, useState } from '../../vendor/hooks.module.js';

/** @import { Change } from './types.js' */

/**
 * @typedef {'connecting' | 'live' | 'reconnecting' | 'paused' | 'asleep'} LiveState
 * @typedef {{ reset: boolean, changes: Change[] }} Batch `reset`: something was missed, fetch anew
 */

const SETTLE_MS = 50;
const BATCH_MS = 1000;
const MOST_HELD = 1000;
const LONGEST_WAIT_MS = 15_000;

class Live {
  /** @type {EventSource | null} */
  #stream = null;
  #open = false;
  #paused = false;
  #stopped = false;
  #failures = 0;
  #held = 0;
  /** A new stream starts at its own present: what happened before it opened is unknown. */
  #missed = true;
  #retryTimer = 0;
  #batchTimer = 0;
  #flushedAt = 0;
  /** @type {Batch} */
  #batch = { reset: false, changes: [] };
  /** @type {Set<(batch: Batch) => void>} */
  #listeners = new Set();
  /** @type {Set<() => void>} */
  #watchers = new Set();

  start() {
    document.addEventListener('visibilitychange', () => this.#followVisibility());
    this.#followVisibility();
  }

  /** For good: who reads has no business here any more. */
  stop() {
    this.#stopped = true;
    this.#close();
  }

  /** @returns {LiveState} */
  get state() {
    if (document.hidden) return 'asleep';
    if (this.#paused) return 'paused';
    if (this.#open) return 'live';
    return this.#failures > 0 ? 'reconnecting' : 'connecting';
  }

  /** Changes that came while paused. */
  get held() {
    return this.#held;
  }

  togglePause() {
    this.#paused = !this.#paused;
    this.#held = 0;
    if (this.#paused) this.#dropBatch();
    else this.#add({ reset: true, changes: [] });
    this.#tell();
  }

  /** For a caller who knows better: a dead connection may look open for minutes. */
  reconnect() {
    if (this.#stream) this.#lost();
  }

  /** @param {(batch: Batch) => void} listener */
  listen(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param {() => void} watcher told when state or held changes */
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  #followVisibility() {
    this.#failures = 0;
    if (document.hidden) this.#close();
    else if (!this.#stream) this.#connect();
    this.#tell();
  }

  #connect() {
    clearTimeout(this.#retryTimer);
    if (this.#stopped) return;
    const stream = new EventSource('/api/v1/events');
    this.#stream = stream;
    stream.onopen = () => this.#opened();
    stream.onerror = () => {
      // While CONNECTING the browser retries by itself and resumes after the last id it saw; CLOSED is for us.
      if (stream.readyState === EventSource.CLOSED) this.#lost();
      else this.#interrupted();
    };
    stream.addEventListener('reset', () => this.#add({ reset: true, changes: [] }));
    stream.addEventListener('holds', () => this.#add({ reset: false, changes: [] }));
    stream.addEventListener('change', (event) => this.#add({ reset: false, changes: [JSON.parse(event.data)] }));
  }

  #close() {
    clearTimeout(this.#retryTimer);
    this.#stream?.close();
    this.#stream = null;
    this.#open = false;
    this.#missed = true;
  }

  #opened() {
    this.#open = true;
    this.#failures = 0;
    if (this.#missed) this.#add({ reset: true, changes: [] });
    this.#missed = false;
    this.#tell();
  }

  #interrupted() {
    this.#open = false;
    this.#failures++;
    this.#tell();
  }

  #lost() {
    this.#close();
    this.#interrupted();
    const wait = Math.min(LONGEST_WAIT_MS, 500 * 2 ** this.#failures);
    this.#retryTimer = setTimeout(() => this.#connect(), wait * (0.75 + Math.random() / 2));
  }

  /** @param {Batch} more */
  #add({ reset, changes }) {
    if (this.#paused) {
      for (const { count } of changes) this.#held += count;
    } else {
      this.#batch.reset ||= reset || this.#batch.changes.length > MOST_HELD;
      this.#batch.changes.push(...changes);
      if (this.#batch.reset) this.#batch.changes = [];
    }
    const wait = Math.max(SETTLE_MS, this.#flushedAt + BATCH_MS - performance.now());
    this.#batchTimer ||= setTimeout(() => this.#flush(), wait);
  }

  #flush() {
    this.#batchTimer = 0;
    this.#flushedAt = performance.now();
    const batch = this.#batch;
    this.#batch = { reset: false, changes: [] };
    if (this.#paused) this.#tell();
    else for (const listener of this.#listeners) listener(batch);
  }

  #dropBatch() {
    this.#batch = { reset: false, changes: [] };
  }

  #tell() {
    for (const watcher of this.#watchers) watcher();
  }
}

export const live = new Live();

/** @returns {{ state: LiveState, held: number }} */
export function useLive() {
  const now = () => ({ state: live.state, held: live.held });
  const [shown, setShown] = useState(now);
  useEffect(() => {
    const show = () => setShown(now());
    const unwatch = live.watch(show);
    show(); // it may have opened between the first drawing and this effect, and nothing would say so again
    return unwatch;
  }, []);
  return shown;
}

/** @param {(batch: Batch) => void} listener the newest one given is called */
export function useBatches(listener) {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => live.listen((batch) => newest.current(batch)), []);
}

/**
 * Whether a batch may concern one of the tasks: it names one, or it does not name all it counts.
 * @param {Batch} batch
 * @param {(id: string) => boolean} isShown
 */
export function concerns({ reset, changes }, isShown) {
  return reset || changes.some(({ ids, count }) => count > ids.length || ids.some(isShown));
}
