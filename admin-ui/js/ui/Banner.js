// @ts-check
import { html } from '../lib/html.js';
import { Icon } from './Icon.js';

/**
 * A line above every screen.
 * @param {{ tone: 'plain' | 'warn' | 'stop', icon?: string, act?: any, children?: any }} props `act`: what can be done about it
 */
export const Banner = ({ tone, icon = 'warning', act, children }) => html`
  <div class="banner banner-${tone}"><${Icon} name=${icon} /><div class="banner-text">${children}</div>${act}</div>
`;
