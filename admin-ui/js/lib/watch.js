// @ts-check
/** What the API tells to who watches, and what may be done at once to many tasks: nodes, throughput, holds, reports, operations. */
import { getJson, send } from './api.js';

/** @import { ActionOffer, Hold, Node, Operation, Report, ReportAnswer, Throughput } from './types.js' */

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Node[]>}
 */
export const fetchNodes = async (signal) => (await getJson('/nodes', signal)).items;

/**
 * @param {number} minutes
 * @param {AbortSignal} signal
 * @returns {Promise<Throughput>}
 */
export const fetchThroughput = (minutes, signal) => getJson(`/throughput?minutes=${minutes}`, signal);

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Hold[]>}
 */
export const fetchHolds = async (signal) => (await getJson('/holds', signal)).items;

/**
 * @param {string} queue
 * @param {{ reason: string, by: string | null }} why
 */
export const holdQueue = (queue, why) => send('POST', '/holds', { scope: 'QUEUE', queue, ...why });

/**
 * @param {'queue' | 'action'} scope
 * @param {string} name
 */
export const releaseHold = (scope, name) => send('DELETE', `/holds/${scope}/${encodeURIComponent(name)}`);

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Report[]>}
 */
export const fetchReports = async (signal) => (await getJson('/reports', signal)).items;

/**
 * @param {string} name
 * @param {Record<string, string>} parameters
 * @param {AbortSignal} signal
 * @returns {Promise<ReportAnswer>}
 */
export const fetchReport = (name, parameters, signal) =>
  getJson(`/reports/${encodeURIComponent(name)}?${new URLSearchParams(parameters)}`, signal);

/**
 * @param {string} name
 * @param {Record<string, string>} parameters
 */
export const reportCsv = (name, parameters) =>
  `/api/v1/reports/${encodeURIComponent(name)}.csv?${new URLSearchParams({ ...parameters, limit: '10000' })}`;

/**
 * The actions that some node offers.
 * @param {AbortSignal} signal
 * @returns {Promise<string[]>}
 */
export const fetchActionNames = async (signal) =>
  (await getJson('/actions', signal)).items.map((/** @type {{ name: string }} */ { name }) => name).toSorted();

/**
 * Every action, with what its parameters must be; by name.
 * @param {AbortSignal} signal
 * @returns {Promise<ActionOffer[]>}
 */
export const fetchActions = async (signal) =>
  (await getJson('/actions', signal)).items.toSorted((/** @type {ActionOffer} */ one, /** @type {ActionOffer} */ other) => (one.name < other.name ? -1 : 1));

/** @typedef {'RETRY' | 'CANCEL' | 'REPRIORITISE'} OperationAction */
/** @typedef {{ action: OperationAction, filter: Record<string, unknown>, reason: string, priority?: string }} Wish `priority`: to be given by REPRIORITISE */

/**
 * To how many tasks it would be done.
 * @param {Wish} wish
 * @param {AbortSignal} signal
 * @returns {Promise<{ matched: number, more: boolean }>}
 */
export const previewOperation = (wish, signal) => send('POST', '/operations', { ...wish, preview: true }, signal);

/**
 * @param {Wish & { expected: number | null }} wish `expected`: if more match by now, nothing is done
 * @returns {Promise<Operation>}
 */
export const startOperation = (wish) => send('POST', '/operations', wish);

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Operation>}
 */
export const fetchOperation = (id, signal) => getJson(`/operations/${id}`, signal);

/**
 * @param {string} id
 * @param {string} reason
 * @returns {Promise<Operation>}
 */
export const stopOperation = (id, reason) => send('POST', `/operations/${id}/stop`, { reason });
