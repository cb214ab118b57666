// @ts-check
/** Who may do what, as the server sees it: the page says so before, the server decides. Pure. */
import { words } from './format.js';

/** @import { Me } from './types.js' */

/** @typedef {'VIEWER' | 'OPERATOR' | 'APPROVER' | 'ADMIN'} Role */

export const ROLES = [
  { name: 'VIEWER', meaning: 'reads everything but the audit and the tokens' },
  { name: 'OPERATOR', meaning: 'also submits, edits, cancels, retries and pauses' },
  { name: 'ADMIN', meaning: 'also changes the policy, makes tokens and reads the audit' },
  { name: 'APPROVER', meaning: 'reads, and decides about tasks that the gate holds; no other role does' },
  { name: 'WORKER', meaning: 'runs tasks from outside, and sees nothing else' },
];

/** @type {Record<string, string[]>} */
const INCLUDED = { ADMIN: ['OPERATOR', 'VIEWER'], OPERATOR: ['VIEWER'], APPROVER: ['VIEWER'] };

/**
 * What a reader lacks for something, as a sentence; null when nothing is lacking, or when nobody knows yet.
 * @param {Me | null} me
 * @param {...Role} roles any of these will do
 */
export function lacking(me, ...roles) {
  if (!me || me.roles.some((held) => roles.some((role) => held === role || INCLUDED[held]?.includes(role)))) return null;
  return `This needs the role ${roles.map(words).join(' or ')}. You have: ${me.roles.map(words).join(', ') || 'none'}.`;
}
