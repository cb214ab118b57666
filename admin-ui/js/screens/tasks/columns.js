// @ts-check
/** The columns of the list beside status and task, and which of them this reader wants; widths as in tasks.css. */
import { usePreference } from '../../lib/preferences.js';

export const COLUMNS = /** @type {const} */ ([
  { name: 'action', title: 'Action', width: 130 },
  { name: 'queue', title: 'Queue', width: 100 },
  { name: 'workflow', title: 'Workflow', width: 130 },
  { name: 'priority', title: 'Priority', width: 96 },
  { name: 'risk', title: 'Risk', width: 72 },
  { name: 'confidence', title: 'Confidence', width: 92 },
  { name: 'by', title: 'Submitted by', width: 110 },
  { name: 'error', title: 'Error or reason', width: 220 },
  { name: 'attempts', title: 'Attempt', width: 72 },
  { name: 'took', title: 'Took', width: 78 },
  { name: 'created', title: 'Created', width: 84 },
]);

/** Of box, status and task, which are always there. */
const FIRST_WIDTH = 36 + 122 + 260;

/** Below it a table with these columns is scrolled. @param {{ width: number }[]} shown */
export const leastWidth = (shown) => shown.reduce((sum, { width }) => sum + width, FIRST_WIDTH);

/** @typedef {typeof COLUMNS[number]['name']} ColumnName */

const STANDARD = 'action queue priority risk confidence attempts took created';

/**
 * @returns {{ shown: Set<string>, own: boolean, toggle: (name: ColumnName) => void, reset: () => void }} `own`: the reader chose,
 *   so that no width of the window takes a column away
 */
export function useColumns() {
  const [chosen, choose] = usePreference('columns', '');
  const shown = new Set((chosen || STANDARD).split(' '));
  const toggle = (/** @type {ColumnName} */ name) => {
    const wanted = COLUMNS.filter((column) => shown.has(column.name) !== (column.name === name));
    choose(wanted.map((column) => column.name).join(' ') || 'none');
  };
  return { shown, own: chosen !== '', toggle, reset: () => choose('') };
}
