// @ts-check
/** What the person has written into the form of a new task, and what is wrong with it. */
import { useEffect, useRef, useState } from '../../../vendor/hooks.module.js';
import { submitTask } from '../../lib/api.js';
import { draftOf, jsonOf, membersOf, paramsOf, withMember } from '../../lib/params.js';
import { useResource } from '../../lib/resource.js';
import { EMPTY, bodyOf, placed, unreadable } from '../../lib/submission.js';
import { fetchActions } from '../../lib/watch.js';
import { go, taskHref } from '../../router.js';
import { useZone } from '../../ui/Time.js';

/** @import { FieldErrors, Fields } from '../../lib/submission.js' */
/** @import { Param } from '../../lib/params.js' */

/** @typedef {ReturnType<typeof useSubmission>} Submission */

/** @param {URLSearchParams} query an example to start from */
export function useSubmission(query) {
  const zone = useZone();
  const actions = useResource('actions', fetchActions);
  const [fields, setFields] = useState(() => ({ ...EMPTY, action_name: query.get('action') ?? '', action_params: query.get('params') ?? '{}' }));
  // what is being written into the field of a parameter, also while it is no value yet
  const [drafts, setDrafts] = useState(/** @type {Record<string, string>} */ ({}));
  const [errors, setErrors] = useState(/** @type {FieldErrors} */ ({}));
  const [sending, setSending] = useState(false);
  const form = useRef(/** @type {HTMLFormElement | null} */ (null));

  const action = actions.data?.find(({ name }) => name === fields.action_name.trim());
  const params = paramsOf(action?.params_schema);
  const members = membersOf(fields.action_params);

  useEffect(() => {
    const wrong = /** @type {HTMLElement | null | undefined} */ (form.current?.querySelector('[aria-invalid]'));
    wrong?.focus();
  }, [errors]);

  /**
   * @param {keyof Fields} name
   * @param {string} value
   */
  const set = (name, value) => {
    setFields((before) => ({ ...before, [name]: value }));
    if (name === 'action_params') setDrafts((before) => only(before, params.filter(({ kind }) => kind === 'secret')));
    if (name === 'action_name') setDrafts({});
  };

  /**
   * @param {Param} param
   * @param {string} draft
   */
  const setParam = (param, draft) => {
    setDrafts((before) => ({ ...before, [param.name]: draft }));
    const made = jsonOf(param, draft);
    if (param.kind === 'secret' || 'fault' in made) return;
    setFields((before) => (membersOf(before.action_params) ? { ...before, action_params: withMember(before.action_params.trim() || '{}', param.name, made.json) } : before));
  };

  /** @param {Param} param */
  const draft = (param) => drafts[param.name] ?? (param.kind === 'secret' ? '' : draftOf(param, members?.get(param.name)));

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const faults = { ...halfWritten(form.current), ...unreadable(fields), ...faultsOf(params, drafts) };
    setErrors(faults);
    if (sending || Object.keys(faults).length > 0) return;
    setSending(true);
    await submitTask(bodyOf(fields, secretsOf(params, drafts), zone)).then(
      ({ id }) => go(taskHref(id)),
      (refusal) => setErrors(placed(refusal, params.map(({ name }) => name))),
    );
    setSending(false);
  }

  return { fields, set, params, setParam, draft, readable: members !== null, actions, action, errors, sending, submit, form, zone };
}

/**
 * @param {Record<string, string>} drafts
 * @param {Param[]} params
 */
const only = (drafts, params) => Object.fromEntries(params.flatMap(({ name }) => (name in drafts ? [[name, drafts[name]]] : [])));

/**
 * @param {Param[]} params
 * @param {Record<string, string>} drafts
 * @returns {FieldErrors}
 */
const faultsOf = (params, drafts) =>
  Object.fromEntries(
    params.flatMap((param) => {
      const made = jsonOf(param, drafts[param.name] ?? '');
      return 'fault' in made ? [[`action_params/${param.name}`, made.fault]] : [];
    }),
  );

/**
 * @param {Param[]} params
 * @param {Record<string, string>} drafts
 * @returns {Record<string, string>}
 */
const secretsOf = (params, drafts) =>
  Object.fromEntries(params.filter(({ kind, name }) => kind === 'secret' && drafts[name]).map(({ name }) => [name, JSON.stringify(drafts[name])]));

/**
 * Half a time reads as none: it would silently be left out.
 * @param {HTMLFormElement | null} form
 * @returns {FieldErrors}
 */
const halfWritten = (form) =>
  Object.fromEntries(
    [.../** @type {NodeListOf<HTMLInputElement>} */ (form?.querySelectorAll('input[name]') ?? [])]
      .filter(({ validity }) => validity.badInput)
      .map(({ name }) => [name, 'This is not a whole date and time.']),
  );
