// @ts-check
/** Who reads this page. The browser keeps the session in a cookie that no script sees; here is only what the server says. */
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { closeSession, fetchMe, onUnknown, openSession } from './api.js';

/** @import { Me } from './types.js' */

/** @typedef {{ me: Me | null, signedOut: boolean, asked: boolean }} Session `me`: null until the server has said; `asked`: whether it was asked */

/** @type {Session} */
let session = { me: null, signedOut: false, asked: false };

/** @type {Set<() => void>} */
const watchers = new Set();

onUnknown(() => tell({ me: null, signedOut: true, asked: true }));

/** Asks who reads; without an answer the page shows itself, and what it fetches says what is wrong. */
export async function learn() {
  const me = await fetchMe().catch(() => null);
  tell(me ? { me, signedOut: false, asked: true } : { ...session, asked: true });
  return me;
}

/** @param {string} token */
export async function signIn(token) {
  await openSession(token);
  location.reload(); // what another reader was shown is forgotten
}

export async function signOut() {
  await closeSession().catch(() => {}); // refused when the session has ended by itself
  location.reload();
}

/** @returns {Session} */
export function useSession() {
  const [shown, setShown] = useState(session);
  useEffect(() => {
    const follow = () => setShown(session);
    watchers.add(follow);
    follow();
    return () => void watchers.delete(follow);
  }, []);
  return shown;
}

/** @param {Session} now */
function tell(now) {
  session = now;
  for (const watcher of watchers) watcher();
}
