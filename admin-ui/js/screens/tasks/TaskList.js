// @ts-check
/** One page of the list. It follows the server in place; new tasks are counted and come when the reader asks. */
import { useEffect, useState } from '../../../vendor/hooks.module.js';
import { fetchTasks } from '../../lib/api.js';
import { now } from '../../lib/clock.js';
import { html } from '../../lib/html.js';
import { count } from '../../lib/format.js';
import { concerns, useBatches } from '../../lib/live.js';
import { useResource } from '../../lib/resource.js';
import { applyChanges, mergeRows } from '../../lib/rows.js';
import { useKeys } from '../../keys.js';
import { href } from '../../router.js';
import { Failure, Loading, Notice } from '../../ui/Notice.js';
import { useZone } from '../../ui/Time.js';
import { Bulk } from './Bulk.js';
import { ColumnMenu } from './ColumnMenu.js';
import { Peek } from './Peek.js';
import { TaskTable } from './TaskTable.js';
import { useColumns } from './columns.js';
import { changed, inWords, keyOf, listHref, narrows, pageQuery } from './filter.js';
import { keepRows, rowsLeft } from './place.js';
import { useTicks } from './ticks.js';

/** @import { TaskRow } from '../../lib/types.js' */
/** @import { Filter } from './filter.js' */

/** @type {Set<string>} */
const NONE = new Set();

/** @param {{ filter: Filter, total: { tasks: number, more: boolean } | null, changedByUs: () => void }} props `total`: how many match */
export function TaskList({ filter, total, changedByUs }) {
  const zone = useZone();
  const page = useResource(`tasks ${zone} ${keyOf(filter)}`, (signal) => fetchTasks(pageQuery(filter, now(), zone), signal));
  const { rows, unseen, fresh, showNew } = useSteadyRows(page, filter);
  const ticks = useTicks(page.key, rows ?? []);
  const columns = useColumns();
  const [peeked, setPeeked] = useState('');
  useKeys({ n: showNew });

  if (!page.data || !rows) {
    if (page.error) return html`<${Failure} what="The tasks could not be loaded." error=${page.error} retry=${page.refresh} />`;
    return html`<${Loading} lines=${8} />`;
  }
  const offers = filter.cursor === '' && unseen > 0;
  const after = () => {
    page.refresh();
    changedByUs();
  };
  return html`
    <div class="list-bar">
      ${rows.length > 0 && html`<span class="quiet">${count(rows.length)} shown, newest first</span>`}
      <span class="sr-only" role="status">${offers && 'New tasks came.'}</span>
      ${offers && html`<${NewTasks} unseen=${unseen} more=${page.data.next !== null} show=${showNew} />`}
      ${page.error && html`<span class="warn-text">Not up to date: ${page.error.message}</span>`}
      <span class="list-acts">
        <${Bulk} filter=${filter} zone=${zone} total=${total} ticks=${ticks} shown=${rows.length} onePage=${filter.cursor === '' && page.data.next === null} done=${after} />
        ${rows.length > 0 && html`<${ColumnMenu} columns=${columns} />`}
      </span>
    </div>
    ${rows.length > 0
      ? html`<${TaskTable} rows=${rows} fresh=${fresh} dimmed=${page.stale} ticks=${ticks} columns=${columns} peeked=${peeked} peek=${setPeeked} />`
      : html`<${Nothing} filter=${filter} next=${page.data.next} />`}
    <${Paging} filter=${filter} next=${page.data.next} />
    ${peeked && html`<${Peek} id=${peeked} close=${() => setPeeked('')} />`}
  `;
}

/**
 * The rows the reader looks at: replaced for another query or on request, else only updated.
 * @param {import('../../lib/resource.js').Resource<{ items: TaskRow[] }> & { refresh: () => void }} page
 * @param {Filter} filter
 */
function useSteadyRows(page, filter) {
  const { data, key } = page;
  const [steady, setSteady] = useState(() => rowsLeft(key) ?? { key, rows: data?.items ?? null, unseen: 0, fresh: NONE });
  useEffect(() => keepRows(steady), [steady]);

  useEffect(() => {
    if (!data) return;
    setSteady((before) =>
      before.key !== key || !before.rows?.length
        ? { key, rows: data.items, unseen: 0, fresh: NONE }
        : { ...before, ...mergeRows(before.rows, data.items) },
    );
  }, [data, key]);

  useBatches((batch) => {
    setSteady((before) => ({ ...before, rows: before.rows && applyChanges(before.rows, batch.changes) }));
    const isShown = (/** @type {string} */ id) => steady.rows?.some((row) => row.id === id) ?? false;
    if (concerns(batch, isShown) || mayAdd(batch.changes, filter)) page.refresh();
  });

  const showNew = () => {
    if (!data) return;
    const before = new Set(steady.rows?.map(({ id }) => id));
    const fresh = new Set(data.items.map(({ id }) => id).filter((id) => !before.has(id)));
    setSteady({ key, rows: data.items, unseen: 0, fresh });
  };
  return { ...steady, showNew };
}

/**
 * Whether tasks that are not shown may have come into the list. Only the first page counts them.
 * @param {import('../../lib/types.js').Change[]} changes
 * @param {Filter} filter
 */
const mayAdd = (changes, { cursor, status, queue, error }) =>
  !cursor &&
  changes.some(
    (change) => (status ? change.to === status : change.from === null || error !== '') && (queue === '' || change.queue === queue),
  );

/** @param {{ unseen: number, more: boolean, show: () => void }} props */
const NewTasks = ({ unseen, more, show }) => html`
  <button type="button" class="new-tasks" onClick=${show} title="Shortcut: n">
    ${count(unseen)}${unseen >= 50 && more ? '+' : ''} new – show
  </button>
`;

/** @param {{ filter: Filter, next: string | null }} props */
function Nothing({ filter, next }) {
  if (next) {
    return html`
      <${Notice} title="No task matches among the 100,000 looked at.">
        <p>Older ones have not been looked at for <bdi>${inWords(filter)}</bdi> yet.</p>
        <a class="button" href=${listHref({ ...filter, cursor: next })}>Look further back</a>
      <//>
    `;
  }
  if (filter.cursor) {
    return html`<${Notice} title="No more tasks here."><a href=${listHref(changed(filter, {}))}>First page</a><//>`;
  }
  if (narrows(filter)) {
    return html`
      <${Notice} title="No task matches.">
        <p>The list shows only <bdi>${inWords(filter)}</bdi>.</p>
        <a class="button" href=${listHref({})}>Clear the filter</a>
      <//>
    `;
  }
  const example = href('/submit', { action: 'echo', params: '{"value": "Hello"}' });
  return html`
    <${Notice} title="No task yet.">
      <p>Tasks come from <code>POST /api/v1/tasks</code>, or from here.</p>
      <a class="button" href=${example}>Submit a first task</a>
    <//>
  `;
}

/** @param {{ filter: Filter, next: string | null }} props */
const Paging = ({ filter, next }) =>
  (filter.cursor || next) &&
  html`
    <nav class="paging" aria-label="Pages">
      ${filter.cursor !== '' && html`<a class="button" href=${listHref(changed(filter, {}))}>First page</a>`}
      ${next && html`<a class="button" href=${listHref({ ...filter, cursor: next })} rel="next">Next page</a>`}
    </nav>
  `;
