// @ts-check
/** Where a reader can go and what they can do, by typing a part of its name: Ctrl K. */
import { useEffect, useId, useLayoutEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { fetchTasks } from '../lib/api.js';
import { html } from '../lib/html.js';
import { words } from '../lib/format.js';
import { live } from '../lib/live.js';
import { applyTheme, writePreference } from '../lib/preferences.js';
import { lacking } from '../lib/roles.js';
import { useSession } from '../lib/session.js';
import { STATUSES } from '../lib/status.js';
import { go, href, taskHref } from '../router.js';
import { PLACES } from './places.js';

/** @import { Me, TaskRow } from '../lib/types.js' */
/** @import { TaskAct } from './TaskActDialog.js' */

/** @typedef {{ name: any, text: string, note: string, lacks?: string | null, act: () => void }} Entry `text`: what is looked for */

const MOST = 14;
const TASKS_FOUND = 5;
const TYPING_PAUSE_MS = 250;
const LEAST_SEARCHED = 3;

/**
 * @param {{ task: string, ask: (act: TaskAct) => void, openHelp: () => void, close: () => void }} props `task`: the one on the screen, or empty
 */
export function Palette({ task, ask, openHelp, close }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const { me } = useSession();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const found = useTasks(text.trim());
  const id = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useLayoutEffect(() => document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: 'nearest' }), [chosen]);

  const wanted = text.trim().toLowerCase();
  const entries = [
    ...byId(wanted),
    ...[...ofTask(task, ask, me), ...PLACES_TO_GO, ...ofPage(openHelp)].filter((entry) => wanted.split(/\s+/).every((word) => entry.text.toLowerCase().includes(word))),
    ...found.map(ofFound),
    ...byText(text.trim()),
  ].slice(0, MOST);
  const at = Math.min(chosen, entries.length - 1);

  /** @param {Entry | undefined} entry */
  const take = (entry) => {
    if (!entry || entry.lacks) return;
    dialog.current?.close();
    entry.act();
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setChosen((at + (event.key === 'ArrowDown' ? 1 : -1) + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(entries[at]);
    }
  };
  return html`
    <dialog ref=${dialog} class="dialog palette" aria-label="Go to or do" onClose=${close} onClick=${(/** @type {Event} */ event) => event.target === dialog.current && dialog.current?.close()}>
      <input
        type="text"
        role="combobox"
        aria-label="Go to or do"
        aria-expanded=${entries.length > 0}
        aria-controls="${id}-list"
        aria-activedescendant=${entries.length > 0 ? `${id}-${at}` : null}
        placeholder=${task ? 'A screen, a task, or something to do with this one' : 'A screen, or a task by its id or description'}
        autocomplete="off"
        spellcheck=${false}
        value=${text}
        onInput=${(/** @type {any} */ event) => (setText(event.target.value), setChosen(0))}
        onKeyDown=${press}
      />
      <ul id="${id}-list" role="listbox" aria-label="Places and deeds" hidden=${entries.length === 0}>
        ${entries.map(
          (entry, index) => html`
            <li key=${index} id="${id}-${index}" role="option" aria-selected=${index === at} aria-disabled=${entry.lacks ? 'true' : null} title=${entry.lacks} onClick=${() => take(entry)}>
              <bdi>${entry.name}</bdi><span class="quiet">${entry.lacks ?? entry.note}</span>
            </li>
          `,
        )}
      </ul>
      ${entries.length === 0 && html`<p class="quiet" role="status">Nothing is called so.</p>`}
    </dialog>
  `;
}

/** @type {Entry[]} */
const PLACES_TO_GO = [
  ...PLACES.map(({ path, name, keys }) => ({ name, text: `go to ${name}`, note: keys, act: () => go(href(path)) })),
  ...STATUSES.map(({ name }) => ({ name: `Tasks: ${words(name)}`, text: `tasks ${words(name)} ${name}`, note: '', act: () => go(href('/tasks', { status: name })) })),
];

/**
 * @param {string} task
 * @param {(act: TaskAct) => void} ask
 * @param {Me | null} me
 * @returns {Entry[]}
 */
function ofTask(task, ask, me) {
  if (!task) return [];
  const lacks = lacking(me, 'OPERATOR');
  return [
    { name: 'Retry this task…', text: 'retry run again this task', note: 'asks for a reason', lacks, act: () => ask('retry') },
    { name: 'Cancel this task…', text: 'cancel stop this task', note: 'asks for a reason', lacks, act: () => ask('cancel') },
  ];
}

/**
 * @param {() => void} openHelp
 * @returns {Entry[]}
 */
const ofPage = (openHelp) => [
  { name: 'Keyboard shortcuts', text: 'keyboard shortcuts help', note: '?', act: openHelp },
  { name: live.state === 'paused' ? 'Resume' : 'Pause', text: 'pause resume live changes', note: 'p', act: () => live.togglePause() },
  ...['system', 'light', 'dark'].map((theme) => ({
    name: `Theme: ${theme}`,
    text: `theme ${theme}`,
    note: '',
    act: () => {
      applyTheme(theme);
      writePreference('theme', theme);
    },
  })),
];

/**
 * @param {string} wanted
 * @returns {Entry[]}
 */
const byId = (wanted) => (/^\d+$/.test(wanted) ? [{ name: `Task ${wanted}`, text: wanted, note: 'open', act: () => go(taskHref(wanted)) }] : []);

/**
 * @param {string} text
 * @returns {Entry[]}
 */
const byText = (text) =>
  text.length >= LEAST_SEARCHED && !/^\d+$/.test(text)
    ? [{ name: `Tasks described “${text}”`, text, note: 'list', act: () => go(href('/tasks', { description: text })) }]
    : [];

/**
 * @param {TaskRow} task
 * @returns {Entry}
 */
const ofFound = ({ id, description, status }) => ({ name: description ?? id, text: '', note: `${words(status)} ${id}`, act: () => go(taskHref(id)) });

/**
 * The newest tasks whose description has the text in it, asked once the typing pauses.
 * @param {string} text
 */
function useTasks(text) {
  const [found, setFound] = useState(/** @type {{ text: string, tasks: TaskRow[] }} */ ({ text: '', tasks: [] }));
  useEffect(() => {
    if (text.length < LEAST_SEARCHED || /^\d+$/.test(text)) return;
    const stopper = new AbortController();
    const query = new URLSearchParams({ description: text, limit: String(TASKS_FOUND) }).toString();
    const timer = setTimeout(() => {
      fetchTasks(query, stopper.signal).then(
        ({ items }) => setFound({ text, tasks: items }),
        () => {}, // places and deeds are still there; the list itself says what is wrong
      );
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stopper.abort();
    };
  }, [text]);
  return found.text === text ? found.tasks : [];
}
