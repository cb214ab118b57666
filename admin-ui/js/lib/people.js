// @ts-check
/** What the API tells and takes about people: their tokens. A secret is told once and never kept here. */
import { getJson, send } from './api.js';

/** @import { Token } from './types.js' */

/** @typedef {Token & { secret: string }} Issued */

/**
 * @param {string} cursor or empty
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: Token[], next: string | null }>}
 */
export const fetchTokens = (cursor, signal) => getJson(`/tokens?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, signal);

/**
 * @param {{ name: string, roles: string[], groups: string[], expires_in_days: number, reason?: string }} wish
 * @returns {Promise<Issued>}
 */
export const createToken = (wish) => send('POST', '/tokens', wish);

/**
 * @param {string} id
 * @param {{ grace_seconds: number, expires_in_days: number, reason?: string }} wish
 * @returns {Promise<Issued>}
 */
export const rotateToken = (id, wish) => send('POST', `/tokens/${id}/rotate`, wish);

/**
 * @param {string} id
 * @param {{ reason?: string }} wish
 * @returns {Promise<Token>}
 */
export const revokeToken = (id, wish) => send('POST', `/tokens/${id}/revoke`, wish);
