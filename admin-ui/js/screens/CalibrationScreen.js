// @ts-check
/** How far stated confidences came true, what that says about the gate's thresholds, and the maps that put it right. */
import { useState } from '../../vendor/hooks.module.js';
import { fetchCalibration, fetchDrift, fetchDriftSeries, fetchMap, fetchMaps } from '../lib/calibration.js';
import { useEvery } from '../lib/every.js';
import { fetchPolicy } from '../lib/gate.js';
import { html } from '../lib/html.js';
import { levelsOf } from '../lib/levels.js';
import { useResource } from '../lib/resource.js';
import { useTitle } from '../lib/title.js';
import { href } from '../router.js';
import { Notice } from '../ui/Notice.js';
import { ScreenHead } from '../ui/ScreenHead.js';
import { ActionsTable } from './calibration/ActionsTable.js';
import { Anatomy } from './calibration/Anatomy.js';
import { CalibrationFilters } from './calibration/CalibrationFilters.js';
import { CoveragePanel } from './calibration/CoveragePanel.js';
import { DriftCurve } from './calibration/DriftCurve.js';
import { DriftPanel } from './calibration/DriftPanel.js';
import { Headline } from './calibration/Headline.js';
import { Maps } from './calibration/Maps.js';
import { OverTime } from './calibration/OverTime.js';
import { Gaps, Histogram, Reliability } from './calibration/Reliability.js';
import { WhatIf } from './calibration/WhatIf.js';
import { apiQuery, calibrationHref, readFilter } from './calibration/filter.js';

/** @import { Answers } from '../lib/calibration.js' */

/** Outcomes are counted within seconds, and a single one moves little. */
const LOOK_EVERY_MS = 60_000;

/**
 * @template {keyof Answers} Name
 * @param {Name} name
 * @param {string} query
 */
const useCalibration = (name, query) => useResource(`calibration ${name}?${query}`, (signal) => fetchCalibration(name, query, signal));

/** @param {{ query: URLSearchParams }} props */
export function CalibrationScreen({ query }) {
  const filter = readFilter(query);
  const asked = apiQuery(filter);
  const [before, setBefore] = useState('');
  const summary = useCalibration('summary', asked);
  const bins = useCalibration('bins', asked);
  const coverage = useCalibration('coverage', asked);
  const series = useCalibration('timeseries', apiQuery(filter, filter.every ? { every: filter.every } : {}));
  const actions = useCalibration('actions', apiQuery({ ...filter, action: '' }));
  const raw = useCalibration('what-if', apiQuery(filter, { basis: 'RAW' }));
  const calibrated = useCalibration('what-if', apiQuery(filter, { basis: 'CALIBRATED' }));
  const maps = useResource(`calibration maps ${before}`, (signal) => fetchMaps(before, signal));
  const drift = useResource('calibration drift', fetchDrift);
  const driftSeries = useResource(`calibration drift series ${filter.action}`, (signal) => fetchDriftSeries(filter.action, signal));
  const policy = useResource('policy', fetchPolicy);
  const inForce = maps.data?.in_force ?? [];
  const counting = inForce.find(({ action, version }) => action === filter.action && version !== null) ?? inForce.find(({ action, version }) => action === null && version !== null);
  const map = useResource(`map in force ${counting?.version}`, async (signal) => (counting?.version ? fetchMap(counting.version, signal) : null));
  const all = [summary, bins, coverage, series, actions, raw, calibrated, maps, drift, driftSeries, policy];
  const refresh = () => all.forEach((one) => one.refresh());
  useEvery(LOOK_EVERY_MS, refresh);
  useTitle('Calibration');

  const levels = policy.data ? levelsOf(policy.data.rules, filter) : { raw: [], calibrated: [] };
  const misread = /** @type {Error & { status?: number } | null} */ (summary.error);
  return html`
    <${ScreenHead} title="Calibration">
      <button type="button" onClick=${refresh}>Refresh</button>
    <//>
    <section class="panel" aria-label="Filter">
      <${CalibrationFilters} filter=${filter} actions=${(actions.data?.actions ?? []).map(({ action }) => action).toSorted()} window=${summary.data?.window ?? null} />
    </section>
    ${misread?.status === 400
      ? html`
          <section class="panel">
            <${Notice} title="The address asks for what calibration does not know.">
              <p>${misread.message}</p>
              <a class="button" href=${calibrationHref({})}>Show all outcomes of the last 90 days</a>
            <//>
          </section>
        `
      : html`
          <${Headline} summary=${summary} />
          ${summary.data?.verdict.word === 'NO_DATA' && !filter.action && html`<p class="panel-note">Tasks that state a confidence count here once they end. <a href=${href('/submit')}>Submit one</a>, or fill an empty database with <code>escapement demo</code>.</p>`}
          <div class="calibration">
            <div class="calibration-column">
              <${Reliability} bins=${bins} map=${map.data} levels=${levels} filter=${filter} query=${asked} />
              <${Histogram} coverage=${coverage} thresholds=${raw.data} query=${asked} />
            </div>
            <div class="calibration-column">
              <${WhatIf} filter=${filter} raw=${raw} calibrated=${counting ? calibrated.data : null} level=${levels.raw[0] ?? null} />
              <${Gaps} bins=${bins} query=${asked} />
            </div>
          </div>
          <${ActionsTable} actions=${actions} inForce=${inForce} filter=${filter} />
          <div class="calibration">
            <${OverTime} series=${series} inForce=${inForce} drift=${drift.data ?? []} filter=${filter} />
            <${CoveragePanel} coverage=${coverage} query=${asked} />
          </div>
          <${Maps} maps=${maps} before=${before} page=${setBefore} changed=${refresh} />
          <${DriftPanel} drift=${drift} />
          <${DriftCurve} series=${driftSeries} />
          ${summary.data && summary.data.n > 0 && html`<${Anatomy} summary=${summary.data} query=${asked} />`}
        `}
  `;
}
