// @ts-check
/** Which confidences the policy asks of the tasks somebody looks at. Pure. */

/** @import { Rule } from './types.js' */

/**
 * The least confidences, rising: of what is stated, and of what that is worth by the map in force.
 * @param {Rule[]} rules
 * @param {{ action: string, risk: string }} filter
 * @returns {{ raw: number[], calibrated: number[] }}
 */
export function levelsOf(rules, { action, risk }) {
  const concerned = rules.filter((rule) => (!risk || rule.risk_level === risk) && (rule.action === null || rule.action === action));
  const ofAction = concerned.filter((rule) => rule.action === action && action !== '');
  // a rule for an action replaces that of its risk level
  const inForce = concerned.filter((rule) => rule.action !== null || !ofAction.some(({ risk_level }) => risk_level === rule.risk_level));
  /** @param {boolean} raw */
  const levels = (raw) => {
    const found = inForce.filter(({ statistic }) => (statistic === 'raw') === raw).flatMap(({ minimum_confidence: least }) => (least === null ? [] : [least]));
    return [...new Set(found)].toSorted((one, other) => one - other);
  };
  return { raw: levels(true), calibrated: levels(false) };
}
