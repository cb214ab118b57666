// @ts-check
/** Words about what waits for people, and about what stands in the way of deciding. Pure. */
import { count, counted, words } from './format.js';
import { lacking } from './roles.js';

/** @import { Evidence, Me, PendingApproval } from './types.js' */

/** @type {Record<string, string>} */
export const VERDICTS = { APPROVE: 'Approved', APPROVE_DRY_RUN: 'Approved as dry run', REJECT: 'Rejected' };

/** @type {Record<string, string>} */
export const DECISIONS = {
  RUN: 'May run',
  HOLD: 'Held for people',
  REJECT: 'Rejected by the policy',
  DRY_RUN: 'May run dry',
  RECORD: 'May run, with a note',
};

/** @param {{ given: number, needed: number }} approvals */
export const approvalsText = ({ given, needed }) =>
  needed === 0 ? 'nobody can approve it; a higher confidence lets it go on' : `${given} of ${counted(needed, 'approval')} given`;

/** @param {string[]} groups */
export const groupsText = (groups) => (groups.length > 0 ? `, by ${groups.join(', ')}` : '');

/** @param {Record<string, number>} counts by outcome */
export const outcomesText = (counts) =>
  Object.entries(counts)
    .map(([outcome, n]) => `${count(n)} ${words(outcome).toLowerCase()}`)
    .join(', ') || 'never ran';

/** @param {PendingApproval} task */
export const confidenceText = ({ confidence_score: stated, decision: { statistic, value, threshold } }) => {
  const given = stated === null ? 'not given' : String(stated);
  const calibrated = statistic !== 'raw' && value !== null ? `, ${words(statistic).toLowerCase()} ${value}` : '';
  return `${given}${calibrated}${threshold === null ? '' : `; the policy asks for ${threshold}`}`;
};

/**
 * Why this reader cannot decide, as a sentence; null when nothing is known to stand against it.
 * @param {Me | null} me
 * @param {Evidence} evidence
 */
export function notByYou(me, { created_by, decision: { groups } }) {
  const lacks = lacking(me, 'APPROVER');
  if (lacks || !me?.login) return lacks;
  if (created_by === me.name) return 'You submitted it: somebody else has to decide.';
  if (groups.length > 0 && !groups.some((group) => me.groups.includes(group))) {
    return `Only members of ${groups.join(', ')} decide about it. You are in: ${me.groups.join(', ') || 'no group'}.`;
  }
  return null;
}

/**
 * What a refusal of a decision means to the reader.
 * @param {Error & { status?: number }} refusal
 */
export function meaningOf({ status }) {
  if (status === 409) return 'Nothing was decided. Somebody was faster, or what would run has changed: go back and look at it as it stands now.';
  if (status === 404) return 'It is not there any more.';
  return null;
}
