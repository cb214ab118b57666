// @ts-check
import { html } from '../../lib/html.js';
import { CopyButton } from '../../ui/TextBlock.js';

/** @import { Issued } from '../../lib/people.js' */

/**
 * The secret of a token just made. Nothing but this line has it.
 * @param {{ token: Issued, close: () => void }} props
 */
export const SecretOnce = ({ token, close }) => html`
  <section class="panel secret" aria-label="Secret" role="status">
    <h2>The secret of <bdi>${token.name}</bdi></h2>
    <p>It is shown this once and stored nowhere. Copy it now, and hand it over by a way that nobody else reads.</p>
    <div class="secret-line">
      <code tabindex="0">${token.secret}</code>
      <${CopyButton} text=${token.secret} what="the secret" />
      <button type="button" class="small" onClick=${close}>I have it</button>
    </div>
  </section>
`;
