// @ts-check
import { useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { Act } from './Act.js';
import { Icon } from './Icon.js';
import { ModeDialog } from './ModeDialog.js';

/** @param {{ changed: () => void }} props */
export function LockButton({ changed }) {
  const [asking, setAsking] = useState(false);
  return html`
    <${Act} role="OPERATOR" title="Stop all starts, on every node" onClick=${() => setAsking(true)}><${Icon} name="lock" />Lock<//>
    ${asking && html`<${ModeDialog} mode="LOCKED" named=${false} close=${() => setAsking(false)} changed=${changed} />`}
  `;
}
