// @ts-check
import { html } from '../../lib/html.js';
import { RISK_LEVELS } from '../../lib/status.js';
import { words } from '../../lib/format.js';
import { go } from '../../router.js';
import { calibrationHref, narrows } from './filter.js';

/** @import { Filter } from './filter.js' */

/** @type {[string, string][]} */
const PATHS = [
  ['', 'Ran without a person'],
  ['AUTO', 'The gate let it run'],
  ['PROBE', 'The lottery let it run'],
  ['HUMAN', 'A person let it run'],
];

/** @type {[string, string][]} */
const BASES = [
  ['', 'As stated'],
  ['CALIBRATED', 'Through the map in force'],
];

/** @type {[string, string][]} */
const RISKS = [['', 'Any risk'], ...RISK_LEVELS.map((level) => /** @type {[string, string]} */ ([level, words(level)]))];

/**
 * @param {{ filter: Filter, actions: string[], window: { from: string, to: string } | null }} props `window`: the days that the server chose, where the address names none
 */
export function CalibrationFilters({ filter, actions, window }) {
  /** @param {Partial<Filter>} change */
  const choose = (change) => go(calibrationHref({ ...filter, ...change }));
  // an address may name what has no outcome (yet): show it, or the field would lie
  const all = filter.action === '' || actions.includes(filter.action) ? actions : [...actions, filter.action];
  /** @type {[string, string][]} */
  const named = [['', 'All actions'], ...all.map((action) => /** @type {[string, string]} */ ([action, action]))];
  return html`
    <form class="filters calibration-filters" role="search" aria-label="Filter outcomes" onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <${Choice} label="Action" value=${filter.action} options=${named} choose=${(/** @type {string} */ action) => choose({ action })} />
      <${Choice} label="Risk" value=${filter.risk} options=${RISKS} choose=${(/** @type {string} */ risk) => choose({ risk })} />
      <${Choice} label="Who let it run" value=${filter.path} options=${PATHS} choose=${(/** @type {string} */ path) => choose({ path })} />
      <${Choice} label="Confidence" value=${filter.basis} options=${BASES} choose=${(/** @type {string} */ basis) => choose({ basis })} />
      <${Day} label="From" value=${filter.from} otherwise=${window?.from} choose=${(/** @type {string} */ from) => choose({ from })} />
      <${Day} label="to" value=${filter.to} otherwise=${window?.to} choose=${(/** @type {string} */ to) => choose({ to })} />
      ${narrows(filter) && html`<a class="button plain" href=${calibrationHref({ basis: filter.basis, t: filter.t, every: filter.every })}>Clear</a>`}
    </form>
  `;
}

/** @param {{ label: string, value: string, options: [string, string][], choose: (value: string) => void }} props */
const Choice = ({ label, value, options, choose }) => html`
  <select aria-label=${label} class=${value ? 'chosen' : ''} value=${value} onChange=${(/** @type {any} */ event) => choose(event.target.value)}>
    ${options.map(([option, name]) => html`<option key=${option} value=${option}>${name}</option>`)}
  </select>
`;

/** What is no day the server refuses in words; a field of days cannot show it. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** @param {{ label: string, value: string, otherwise?: string, choose: (value: string) => void }} props */
const Day = ({ label, value, otherwise = '', choose }) => html`
  <label class="day">
    ${label}
    <input
      type="date"
      class=${value ? 'chosen' : ''}
      value=${DAY.test(value) ? value : otherwise}
      onChange=${(/** @type {any} */ event) => choose(event.target.value)}
    />
  </label>
`;
