// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { usePreference } from '../../lib/preferences.js';
import { useSession } from '../../lib/session.js';
import { holdQueue, releaseHold } from '../../lib/watch.js';
import { Act } from '../../ui/Act.js';
import { Dialog } from '../../ui/Dialog.js';
import { ReasonField, TextField } from '../../ui/TextField.js';

/** @import { Hold } from '../../lib/types.js' */

/** @param {{ queue: string, changed: () => void }} props */
export function PauseButton({ queue, changed }) {
  const [asking, setAsking] = useState(false);
  return html`
    <${Act} role="OPERATOR" class="small" title="No further task of ${queue} starts" onClick=${() => setAsking(true)}>Pause<span class="sr-only"> ${queue}</span><//>
    ${asking && html`<${PauseDialog} queue=${queue} close=${() => setAsking(false)} changed=${changed} />`}
  `;
}

/** @param {{ queue: string, close: () => void, changed: () => void }} props */
function PauseDialog({ queue, close, changed }) {
  const { me } = useSession();
  const [name, setName] = usePreference('name', '');
  const [reason, setReason] = useState('');
  const pause = async () => {
    await holdQueue(queue, { reason: reason.trim(), by: me?.login ? null : name.trim() || null });
    changed();
  };
  return html`
    <${Dialog} title="Pause the queue ${queue}" act="Pause" send=${pause} close=${close}>
      <p>No further task of it starts, on any node, until somebody resumes it. What runs goes on; new tasks are accepted.</p>
      <${ReasonField} value=${reason} set=${setReason} />
      ${me?.login !== true &&
      html`<${TextField} label="Your name" hint="Kept with the reason, as not verified." value=${name} set=${setName} maxlength="100" autocomplete="name" />`}
    <//>
  `;
}

/** @param {{ hold: Hold, changed: () => void }} props */
export function ResumeButton({ hold, changed }) {
  const [asking, setAsking] = useState(false);
  const name = hold.queue ?? hold.action ?? '';
  const resume = async () => {
    await releaseHold(hold.scope === 'QUEUE' ? 'queue' : 'action', name);
    changed();
  };
  return html`
    <${Act} role="OPERATOR" class="small" onClick=${() => setAsking(true)}>Resume<span class="sr-only"> ${name}</span><//>
    ${asking &&
    html`
      <${Dialog} title="Resume the ${hold.scope === 'QUEUE' ? 'queue' : 'action'} ${name}" act="Resume" send=${resume} close=${() => setAsking(false)}>
        <p>Its ready tasks start at once. It was paused by <bdi>${hold.by}</bdi>: <bdi>${hold.reason}</bdi></p>
      <//>
    `}
  `;
}
