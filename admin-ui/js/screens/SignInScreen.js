// @ts-check
/** What a reader without a session sees, and nothing else. */
import { useEffect, useRef, useState } from '../../vendor/hooks.module.js';
import { html } from '../lib/html.js';
import { signIn } from '../lib/session.js';
import { Field } from '../ui/Field.js';

export function SignInScreen() {
  const [error, setError] = useState('');
  const [sending, setSending] = useState(false);
  const token = useRef(/** @type {HTMLInputElement | null} */ (null));
  useEffect(() => token.current?.focus(), [error]);

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    const secret = token.current?.value.trim() ?? '';
    if (sending) return;
    if (!secret) {
      setError('Enter a token.');
      return;
    }
    setSending(true);
    await signIn(secret).catch((refusal) => setError(refusal.message));
    setSending(false);
  }

  return html`
    <main class="sign-in">
      <h1 class="brand"><img src="icon.svg" alt="" width="20" height="20" />Escapement</h1>
      <form onSubmit=${submit} novalidate>
        <${Field}
          label="Token"
          error=${error}
          hint="An admin makes one for you. The server’s first start printed the first."
          control=${(/** @type {object} */ rest) => html`
            <input ...${rest} ref=${token} type="password" name="token" autocomplete="current-password" spellcheck="false" />
          `}
        />
        <button class="primary" disabled=${sending}>${sending ? 'Signing in' : 'Sign in'}</button>
      </form>
    </main>
  `;
}
