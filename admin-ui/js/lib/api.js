// @ts-check
/** The only module that sends requests: those about tasks, and what `gate.js`, `watch.js` and `people.js` send; refusals as `ApiError`. */
import { setClock } from './clock.js';
import { rawElements, rawMembers } from './json.js';

/** @import { Attempt, AuditEntry, Explanation, FieldError, Me, Metrics, Mode, StatusCount, Task, TaskRow, WorkflowGraph } from './types.js' */

const ROOT = '/api/v1';
const TIMEOUT_MS = 10_000;
/** Writes by cookie need it: a page of another site cannot send it. */
const OURS = { 'x-escapement-request': '1' };

/** A refusal in the server's words (problem JSON), or the lack of any answer (status 0). */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} title
   * @param {string} detail
   * @param {FieldError[]} errors
   */
  constructor(status, title, detail, errors = []) {
    super(detail || title);
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** @type {() => void} */
let unknown = () => {};

/** @param {() => void} listener called whenever the server does not know who asks */
export function onUnknown(listener) {
  unknown = listener;
}

/** @returns {Promise<Me>} */
export const fetchMe = async () => JSON.parse(await request('/me', {}));

/** @param {string} token */
export const openSession = (token) => request('/session', { method: 'POST', body: JSON.stringify({ token }) });

export const closeSession = () => request('/session', { method: 'DELETE' });

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Metrics>}
 */
export const fetchMetrics = async (signal) => JSON.parse(await request('/metrics', { signal }));

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Mode>}
 */
export const fetchMode = async (signal) => JSON.parse(await request('/mode', { signal }));

/**
 * @param {{ mode: string, reason: string, by: string | null }} wish
 * @returns {Promise<Mode>}
 */
export const setMode = (wish) => send('PUT', '/mode', wish);

/**
 * @param {string} query
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: TaskRow[], next: string | null }>}
 */
export const fetchTasks = async (query, signal) => JSON.parse(await request(`/tasks?${query}`, { signal }));

/**
 * How many tasks of a filter stand in each status.
 * @param {string} query
 * @param {AbortSignal} signal
 * @returns {Promise<StatusCount[]>}
 */
export const fetchCounts = async (query, signal) => JSON.parse(await request(`/tasks/counts?${query}`, { signal })).items;

/**
 * A task, and the raw text of each member: payloads are shown from that text, never from parsed values.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<{ task: Task, raw: Map<string, string> }>}
 */
export async function fetchTask(id, signal) {
  const text = await request(`/tasks/${encodeURIComponent(id)}`, { signal });
  return { task: JSON.parse(text), raw: rawMembers(text) };
}

/**
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Attempt[]>}
 */
export async function fetchAttempts(id, signal) {
  return JSON.parse(await request(`/tasks/${encodeURIComponent(id)}/attempts`, { signal })).items;
}

/**
 * @param {string} body JSON text, sent as it is
 * @returns {Promise<Task>}
 */
export const submitTask = async (body) => JSON.parse(await sendText('POST', '/tasks', body));

/**
 * Changes what is named in the body; refused with 409 when it was changed since the version that the body names.
 * @param {string} id
 * @param {string} body JSON text, sent as it is
 * @returns {Promise<Task>}
 */
export const editTask = async (id, body) => JSON.parse(await sendText('PATCH', `/tasks/${encodeURIComponent(id)}`, body));

/**
 * Why a task stands where it stands, most blocking first.
 * @param {string} id
 * @param {AbortSignal} signal
 * @returns {Promise<Explanation>}
 */
export const fetchExplanation = (id, signal) => getJson(`/tasks/${encodeURIComponent(id)}/explain`, signal);

/**
 * Which tasks lead to which in a workflow; refused with 400 when it is too large.
 * @param {string} workflow
 * @param {AbortSignal} signal
 * @returns {Promise<WorkflowGraph>}
 */
export const fetchGraph = (workflow, signal) => getJson(`/workflows/${encodeURIComponent(workflow)}/graph`, signal);

/**
 * A page of the audit. What was before and after is kept as the server wrote it.
 * @param {string} query
 * @param {AbortSignal} signal
 * @returns {Promise<{ items: AuditEntry[], next: string | null }>}
 */
export async function fetchAudit(query, signal) {
  const text = await request(`/audit?${query}`, { signal });
  const rows = rawElements(rawMembers(text).get('items') ?? '[]').map(rawMembers);
  const { items, next } = JSON.parse(text);
  return { next, items: items.map((/** @type {object} */ entry, /** @type {number} */ at) => ({ ...entry, raw: rows[at] })) };
}

/** @param {string} query */
export const auditCsv = (query) => `${ROOT}/audit.csv${query && `?${query}`}`;

/**
 * @param {string} path
 * @param {AbortSignal} signal
 */
export const getJson = async (path, signal) => JSON.parse(await request(path, { signal }));

/**
 * Sends JSON; the answer is null where there is none.
 * @param {'POST' | 'PUT' | 'DELETE'} method
 * @param {string} path
 * @param {object} [body]
 * @param {AbortSignal} [signal]
 */
export async function send(method, path, body, signal) {
  const text = await sendText(method, path, body && JSON.stringify(body), signal);
  return text ? JSON.parse(text) : null;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string} [body]
 * @param {AbortSignal} [signal]
 */
const sendText = (method, path, body, signal) =>
  request(path, { method, body, signal, headers: body ? { 'content-type': 'application/json' } : {} });

/**
 * @param {string} path
 * @param {Omit<RequestInit, 'signal'> & { signal?: AbortSignal, timeoutMs?: number }} options
 * @returns {Promise<string>}
 */
export async function request(path, { signal, timeoutMs = TIMEOUT_MS, ...options }) {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(ROOT + path, {
    ...options,
    headers: { ...options.headers, ...OURS },
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  }).catch((cause) => {
    if (signal?.aborted) throw cause;
    throw noAnswer(timeout.aborted, timeoutMs);
  });
  setClock(response);
  const text = await response.text();
  if (response.status === 401) unknown();
  if (!response.ok) throw refusal(response.status, text);
  return text;
}

/**
 * @param {boolean} timedOut
 * @param {number} timeoutMs
 */
function noAnswer(timedOut, timeoutMs) {
  const detail = timedOut ? `The server did not answer within ${timeoutMs / 1000} s.` : 'The server does not answer.';
  return new ApiError(0, 'No answer', detail);
}

/**
 * @param {number} status
 * @param {string} text
 */
function refusal(status, text) {
  const problem = parseOrNull(text);
  const title = problem?.title ?? `The server answered ${status}`;
  return new ApiError(status, title, problem?.detail ?? '', problem?.errors);
}

/** @param {string} text */
function parseOrNull(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
