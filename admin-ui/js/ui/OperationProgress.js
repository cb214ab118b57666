// @ts-check
import { useEffect, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { count } from '../lib/format.js';
import { useEvery } from '../lib/every.js';
import { useResource } from '../lib/resource.js';
import { fetchOperation, stopOperation } from '../lib/watch.js';
import { Act } from './Act.js';
import { Meter } from './Meter.js';

const LOOK_EVERY_MS = 1000;

/**
 * How far an operation is, until it ends.
 * @param {{ id: string, what: string, done: () => void }} props
 */
export function OperationProgress({ id, what, done }) {
  const { data, error, refresh } = useResource(`operation ${id}`, (signal) => fetchOperation(id, signal));
  const [refused, setRefused] = useState('');
  const ended = data !== null && data.status !== 'RUNNING';
  useEvery(ended ? 0 : LOOK_EVERY_MS, refresh);
  useEffect(() => {
    if (ended) done();
  }, [ended]);
  const stop = () =>
    stopOperation(id, 'stopped on the page').then(refresh, (/** @type {Error} */ refusal) => {
      setRefused(refusal.message);
      refresh();
    });
  return html`
    <div class="operation" role="status">
      ${data &&
      html`
        <${Meter} value=${ended ? 1 : data.done} of=${ended ? 1 : Math.max(data.matched, 1)} />
        <span>
          ${what}: ${count(data.changed)} of ${count(data.matched)}${data.more && '+'}${data.status === 'FINISHED' && ', done'}${data.status === 'STOPPED' && ', stopped'}${data.refused > 0 && `; ${count(data.refused)} could not be`}
        </span>
        ${!ended && html`<${Act} role="OPERATOR" class="small" onClick=${stop}>Stop<//>`}
      `}
      ${(error || refused) && html`<span class="warn-text">${refused || error?.message}</span>`}
    </div>
  `;
}
