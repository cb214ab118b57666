// @ts-check
/** Failed attempts, grouped by action and, below it, by error. Pure. */

/** @import { ReportAnswer } from './types.js' */

/** @typedef {{ n: number, tasks: number, error: string, lastAt: string, lastTask: string }} ErrorRow */
/** @typedef {{ action: string, n: number, lastAt: string, errors: ErrorRow[] }} FailingAction */

/**
 * The action with most failures first.
 * @param {ReportAnswer} answer of the report failures-by-error
 * @returns {FailingAction[]}
 */
export function byAction({ columns, rows }) {
  const at = Object.fromEntries(columns.map(({ name }, index) => [name, index]));
  /** @type {Map<string, FailingAction>} */
  const actions = new Map();
  for (const row of rows) {
    const action = String(row[at.action]);
    const lastAt = String(row[at.last_at]);
    const n = Number(row[at.n]);
    const group = actions.get(action) ?? { action, n: 0, lastAt, errors: [] };
    actions.set(action, group);
    group.n += n;
    if (Date.parse(lastAt) > Date.parse(group.lastAt)) group.lastAt = lastAt;
    group.errors.push({ n, tasks: Number(row[at.tasks]), error: String(row[at.error]), lastAt, lastTask: String(row[at.last_task]) });
  }
  return [...actions.values()].toSorted((one, other) => other.n - one.n);
}
