// @ts-check
import { html } from '../lib/html.js';
import { Icon } from './Icon.js';

/** @import { Node } from '../lib/types.js' */

/**
 * Whether a node lives, as shape and word.
 * @param {{ node: Node }} props
 */
export function NodeState({ node }) {
  const [tone, icon, word] = node.alive ? ['succeeded', 'check', 'Alive'] : node.stopped_at ? ['cancelled', 'ban', 'Stopped'] : ['failed', 'cross', 'Dead'];
  return html`<span class="outcome tone-${tone}"><${Icon} name=${icon} />${word}</span>`;
}
