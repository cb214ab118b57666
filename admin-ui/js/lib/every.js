// @ts-check
import { useEffect, useRef } from '../../vendor/hooks.module.js';
import { live } from './live.js';

/**
 * Does something again and again while the reader looks and has not paused: for what the stream does not tell.
 * @param {number} ms 0: not now
 * @param {() => void} act
 */
export function useEvery(ms, act) {
  const newest = useRef(act);
  newest.current = act;
  useEffect(() => {
    if (ms === 0) return;
    const timer = setInterval(() => live.state === 'paused' || document.hidden || newest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}
