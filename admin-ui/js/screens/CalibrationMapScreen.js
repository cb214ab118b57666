// @ts-check
/** One calibration map: what it makes of confidences, what spoke for it, and putting it in force. */
import { useMemo, useState } from '../../vendor/hooks.module.js';
import { fetchCalibration, fetchMap, fetchMapDecisions, fetchMaps } from '../lib/calibration.js';
import { html } from '../lib/html.js';
import { count, counted, words } from '../lib/format.js';
import { countsOf, rate, signed } from '../lib/rates.js';
import { useResource } from '../lib/resource.js';
import { useTitle } from '../lib/title.js';
import { href, taskHref } from '../router.js';
import { Act } from '../ui/Act.js';
import { Chart } from '../ui/Chart.js';
import { Failure, Loading, Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { Age } from '../ui/Time.js';
import { Table } from './calibration/Figure.js';
import { PublishDialog, RollbackDialog } from './calibration/MapDialogs.js';
import { apiQuery, mapHref } from './calibration/filter.js';
import { mapOption } from './calibration/mapOption.js';

/** @import { CalibrationMap, InForce, Thresholds } from '../lib/calibrationTypes.js' */

/** @typedef {{ map: CalibrationMap, other: CalibrationMap | null, inForce: InForce | null, support: Thresholds | null }} View */

const MILLION = 1_000_000;
const EXAMPLES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99];

/** @param {{ version: string }} props */
export function CalibrationMapScreen({ version }) {
  const { data, error, refresh } = useResource(`calibration map ${version}`, (signal) => fetchView(version, signal));
  const [asking, setAsking] = useState('');
  const [told, setTold] = useState('');
  const done = (/** @type {string} */ said) => {
    setTold(said);
    refresh();
  };
  useTitle(`Map ${version}`);
  return html`
    <nav class="crumbs" aria-label="Where"><a href=${href('/calibration')}>Calibration</a> / map ${version}</nav>
    <${ScreenHead} title="Map ${version}" beside=${data && html`<span class="quiet">of <bdi>${data.map.action ?? 'all actions'}</bdi>${data.map.in_force ? ', in force' : ''}</span>`}>
      ${data && !data.map.in_force && html`<${Act} role="ADMIN" class="primary" onClick=${() => setAsking('publish')}>Put in force…<//>`}
      ${data?.map.in_force && data.inForce && html`<${Act} role="ADMIN" onClick=${() => setAsking('rollback')}>Roll back…<//>`}
    <//>
    <div role="status">${told && html`<p class="told">${told}</p>`}</div>
    ${!data && (error ? html`<${Missing} version=${version} error=${error} retry=${refresh} />` : html`<${Loading} lines=${8} />`)}
    ${data && html`<${Panels} view=${data} />`}
    ${data && asking === 'publish' && html`<${PublishDialog} map=${data.map} close=${() => setAsking('')} done=${done} />`}
    ${data?.inForce && asking === 'rollback' && html`<${RollbackDialog} of=${data.inForce} close=${() => setAsking('')} done=${done} />`}
  `;
}

/**
 * The map, the one it would replace or did, and the outcomes of its days.
 * @param {string} version
 * @param {AbortSignal} signal
 * @returns {Promise<View>}
 */
async function fetchView(version, signal) {
  const map = await fetchMap(version, signal);
  const { in_force, items } = await fetchMaps('', signal);
  const inForce = in_force.find((one) => one.action === map.action && one.version !== null) ?? null;
  const before = items.find((one) => one.action === map.action && one.version < map.version)?.version ?? null;
  const compared = (map.in_force ? before : (inForce?.version ?? before)) ?? map.parent;
  const days = map.from && map.to ? { action: map.action ?? '', from: map.from, to: map.to } : null;
  const [other, support] = await Promise.all([
    compared === null ? null : fetchMap(compared, signal),
    days && fetchCalibration('what-if', apiQuery(days), signal),
  ]);
  return { map, other, inForce, support };
}

/** @param {{ view: View }} props */
function Panels({ view: { map, other, support } }) {
  const option = useMemo(
    () => mapOption({ map, other, support: support ? countsOf(support.thresholds) : [] }),
    [map.version, other?.version, support?.as_of],
  );
  const { scores } = map;
  return html`
    <div class="map-panels">
      <section class="panel" aria-label="Curve">
        <div class="panel-head"><h2>What a stated confidence is worth</h2></div>
        <${Chart} class="chart-square" label=${`Map ${map.version}: ${examples(map).join('; ')}.`} option=${option} />
        <p class="key key-lines">
          <span><span class="mark mark-solid"></span>version ${map.version}, dotted: at least (80%)</span>
          ${other && html`<span><span class="mark mark-dashed mark-other"></span>version ${other.version}${other.action !== map.action ? ', of all actions' : ''}${other.in_force ? ', in force' : ''}</span>`}
          <span>at the foot: how many outcomes were stated so</span>
        </p>
        <details class="twin">
          <summary>As a table</summary>
          <${Table}
            label="Values of the map"
            head=${[{ name: 'Stated', number: true }, { name: 'Worth', number: true }, { name: 'At least (80%)', number: true }, { name: other ? `Version ${other.version}` : '', number: true }]}
            rows=${Array.from({ length: 21 }, (_, at) => at * 50).map((at) => [
              rate(at / 1000),
              rate(map.knots[at] / MILLION, 3),
              rate(map.lower80[at] / MILLION, 3),
              other ? rate(other.knots[at] / MILLION, 3) : null,
            ])}
          />
        </details>
      </section>
      <div class="map-side">
        <section class="panel" aria-label="In words">
          <div class="panel-head"><h2>In words</h2></div>
          <ul class="said-list">
            ${[...inWords(map), ...examples(map)].map((sentence) => html`<li key=${sentence}>${sentence}</li>`)}
          </ul>
        </section>
        <section class="panel map-facts" aria-label="Facts">
          <dl>
            <${Fact} name="Fitted"><${Age} at=${map.created_at} /> by <bdi>${map.created_by}</bdi><//>
            <${Fact} name="On">${counted(map.n, 'outcome')}, ${count(map.s)} of them successes<//>
            <${Fact} name="Of the days">${map.from ?? '–'} to ${map.to ?? '–'}; after ${map.half_life_days} days one weighs half<//>
            <${Fact} name="Method">${map.method}<//>
            <${Fact} name="Shrunk towards">${map.parent === null ? 'what is stated' : html`<a href=${mapHref(map.parent)}>map ${map.parent}</a>`}<//>
            <${Fact} name="Parameters"><span class="mono">a ${rate(scores.parameters.a, 3)}, b ${rate(scores.parameters.b, 3)}, c ${signed(scores.parameters.c, 3)}</span><//>
            <${Fact} name="Inputs"><span class="mono" title=${map.inputs_hash}>${map.inputs_hash.slice(0, 16)}…</span><//>
          </dl>
        </section>
      </div>
    </div>
    <section class="panel" aria-label="Validation">
      <div class="panel-head">
        <h2>Validation</h2>
        <span class="quiet">fitted on what was before ${scores.split_day}, judged by the ${counted(scores.fresh_n, 'outcome')} since</span>
      </div>
      <p class="panel-note">${scores.guard_passed ? 'Passed' : html`<b class="warn-text">Did not pass</b>`}: ${scores.guard}.${scores.capped && ' It would have said more, and was kept from it.'}</p>
      ${scores.scores.length === 0
        ? html`<p class="panel-note">There are no outcomes before these days to fit on, so nothing could be compared.</p>`
        : html`<${Table}
            label="Scores"
            head=${[{ name: 'Foretold by' }, { name: 'Log loss', number: true }, { name: 'Gain on the map in force', number: true }, { name: '± standard error' }, { name: 'Brier', number: true }]}
            rows=${scores.scores.map(({ method, log_loss, log_loss_gain, log_loss_gain_se, brier }) => [METHODS[method] ?? words(method), rate(log_loss, 4), signed(log_loss_gain, 4), `± ${rate(log_loss_gain_se, 4)}`, rate(brier, 4)])}
          />`}
    </section>
    <${Decisions} version=${map.version} />
  `;
}

/** @type {Record<string, string>} */
const METHODS = {
  identity: 'the confidence as stated',
  live: 'the map that was in force',
  beta_map: 'this map',
  platt_on_logit: 'a straight line on the logit',
  isotonic: 'the isotonic curve',
};

/** @param {{ name: string, children?: any }} props */
const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

/** @param {CalibrationMap} map */
const examples = ({ knots, lower80 }) =>
  EXAMPLES.map((stated) => `${rate(stated)} counts as ${rate(knots[Math.round(stated * 1000)] / MILLION)}, at least ${rate(lower80[Math.round(stated * 1000)] / MILLION)}`);

/**
 * What the parameters mean.
 * @param {CalibrationMap} map
 */
function inWords({ scores: { parameters, platt_on_logit: line } }) {
  const { a, b } = parameters;
  const end = (/** @type {number} */ slope, /** @type {string} */ which) =>
    slope < 0.95 ? `${which} confidences are too extreme` : slope > 1.05 ? `${which} confidences are not extreme enough` : `${which} confidences are about as extreme as they should be`;
  return [
    `${end(b, 'High')}.`,
    `${end(a, 'Low')}.`,
    ...(line ? [`On the whole claims are ${line.slope < 1 ? 'too' : 'not too'} extreme: slope ${rate(line.slope)} ± ${rate(1.96 * line.slope_se)} (1 is right).`] : []),
  ];
}

/** @param {{ version: number }} props */
function Decisions({ version }) {
  const [after, setAfter] = useState('');
  const { data, error, refresh } = useResource(`map decisions ${version} ${after}`, (signal) => fetchMapDecisions(version, after, signal));
  return html`
    <section class="panel" aria-label="Decisions">
      <div class="panel-head"><h2>Decisions of the gate while it was in force</h2></div>
      ${!data && (error ? html`<${Failure} what="The decisions could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${3} />`)}
      ${data?.items.length === 0 && html`<p class="panel-note">None${after && ' further'}.</p>`}
      ${data &&
      data.items.length > 0 &&
      html`<${Table}
        label="Decisions"
        head=${[{ name: 'Task' }, { name: 'When' }, { name: 'Decision' }, { name: 'Code' }, { name: 'Stated', number: true }, { name: 'Worth', number: true }, { name: 'At least', number: true }, { name: 'Compared' }]}
        rows=${data.items.map((one) => [
          html`<a class="mono" href=${taskHref(one.task_id)}>${one.task_id}</a>`,
          html`<${Age} at=${one.at} />`,
          words(one.decision),
          words(one.code),
          rate(one.confidence_score),
          rate(one.calibrated),
          rate(one.calibrated_lower),
          one.threshold === null ? '–' : `${one.statistic} ${rate(one.value)} with ${rate(one.threshold)}`,
        ])}
      />`}
      ${(after || data?.next) &&
      html`
        <nav class="paging" aria-label="Pages of decisions">
          ${after && html`<button type="button" onClick=${() => setAfter('')}>First</button>`}
          ${data?.next && html`<button type="button" onClick=${() => setAfter(data.next ?? '')}>Next</button>`}
        </nav>
      `}
    </section>
  `;
}

/** @param {{ version: string, error: Error & { status?: number }, retry: () => void }} props */
function Missing({ version, error, retry }) {
  if (error.status !== 404 && error.status !== 400) return html`<${Failure} what="The map could not be loaded." error=${error} retry=${retry} />`;
  return html`
    <${Notice} title="There is no map ${version}.">
      <p>${error.message}</p>
      <a class="button" href=${href('/calibration')}>Show calibration</a>
    <//>
  `;
}
