// @ts-check
/** What the API tells about calibration, and what may be done with its maps. */
import { getJson, send } from './api.js';

/** @import { Actions, Bins, CalibrationMap, Coverage, Drift, DriftSeries, Fits, MapDecision, MapPage, Summary, Thresholds, Timeseries } from './calibrationTypes.js' */
/** @import { Task } from './types.js' */

/** @typedef {{ summary: Summary, bins: Bins, timeseries: Timeseries, actions: Actions, coverage: Coverage, 'what-if': Thresholds }} Answers */

/**
 * @template {keyof Answers} Name
 * @param {Name} name
 * @param {string} query
 * @param {AbortSignal} signal
 * @returns {Promise<Answers[Name]>}
 */
export const fetchCalibration = (name, query, signal) => getJson(`/calibration/${name}?${query}`, signal);

/**
 * @param {keyof Answers | 'curve'} name
 * @param {string} query
 */
export const calibrationCsv = (name, query) => `/api/v1/calibration/${name}?${query && `${query}&`}format=CSV`;

/**
 * @param {string} before a version, or empty
 * @param {AbortSignal} signal
 * @returns {Promise<MapPage>}
 */
export const fetchMaps = (before, signal) => getJson(`/calibration/maps?limit=20${before && `&before=${before}`}`, signal);

/**
 * @param {string | number} version
 * @param {AbortSignal} signal
 * @returns {Promise<CalibrationMap>}
 */
export const fetchMap = (version, signal) => getJson(`/calibration/maps/${encodeURIComponent(version)}`, signal);

/**
 * @param {string | number} version
 * @param {string} after or empty
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: MapDecision[], next: string | null }>}
 */
export const fetchMapDecisions = (version, after, signal) =>
  getJson(`/calibration/maps/${encodeURIComponent(version)}/decisions?limit=20${after && `&after=${encodeURIComponent(after)}`}`, signal);

/** @returns {Promise<Fits>} */
export const fitMaps = () => send('POST', '/calibration/maps/fit', {});

/**
 * @param {number} version
 * @param {string} reason
 */
export const publishMap = (version, reason) => send('POST', `/calibration/maps/${version}/publish`, { reason });

/**
 * @param {string | null} action null: the map of all actions
 * @param {string} reason
 * @returns {Promise<{ version: number | null }>}
 */
export const rollBackMap = (action, reason) => send('POST', '/calibration/maps/rollback', { action, reason });

/**
 * @param {string} id of a task that ended
 * @param {{ verdict: string, reason: string }} judgement
 * @returns {Promise<Task>}
 */
export const judgeOutcome = (id, judgement) => send('POST', `/tasks/${encodeURIComponent(id)}/outcome`, judgement);

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Drift[]>}
 */
export const fetchDrift = async (signal) => (await getJson('/calibration/drift', signal)).items;

/**
 * @param {string} action empty: all
 * @param {AbortSignal} signal
 * @returns {Promise<DriftSeries>}
 */
export const fetchDriftSeries = (action, signal) => getJson(`/calibration/drift/series${action ? `?action=${encodeURIComponent(action)}` : ''}`, signal);
