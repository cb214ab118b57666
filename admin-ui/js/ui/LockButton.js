// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { Act } from './Act.js';
import { Icon } from './Icon.js';
import { ModeDialog } from './ModeDialog.js';

/** @import { Mode } from '../lib/types.js' */

/** @param {{ mode: Mode['mode'], changed: () => void }} props */
export function LockButton({ mode, changed }) {
  const [asking, setAsking] = useState(false);
  return html`
    <${Act} role="OPERATOR" title="Stop all starts, or let tasks run dry only, on every node" onClick=${() => setAsking(true)}><${Icon} name="lock" />Lock…<//>
    ${asking && html`<${ModeDialog} now=${mode} wish="LOCKED" close=${() => setAsking(false)} changed=${changed} />`}
  `;
}
