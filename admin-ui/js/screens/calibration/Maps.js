// @ts-check
import { useState } from '../../../vendor/hooks.module.js';
import { fitMaps } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, counted } from '../../lib/format.js';
import { signed } from '../../lib/rates.js';
import { Act } from '../../ui/Act.js';
import { Dialog } from '../../ui/Dialog.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { Age } from '../../ui/Time.js';
import { RollbackDialog } from './MapDialogs.js';
import { mapHref } from './filter.js';

/** @import { Fits, InForce, MapPage, MapRow } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */

/**
 * What stated confidences are worth: the maps in force, and every version.
 * @param {{ maps: Resource<MapPage> & { refresh: () => void }, before: string, page: (before: string) => void, changed: () => void }} props
 */
export function Maps({ maps: { data, error, refresh }, before, page, changed }) {
  const [asking, setAsking] = useState(false);
  const [undoing, setUndoing] = useState(/** @type {InForce | null} */ (null));
  const [told, setTold] = useState('');
  const inForce = (data?.in_force ?? []).filter(({ version }) => version !== null);
  return html`
    <section class="panel" aria-label="Maps">
      <div class="panel-head">
        <h2>Maps: what a stated confidence turned out to be worth</h2>
        <${Act} role="OPERATOR" class="small" onClick=${() => setAsking(true)}>Fit now…<//>
      </div>
      <div role="status">${told && html`<p class="panel-note told">${told}</p>`}</div>
      ${!data && (error ? html`<${Failure} what="The maps could not be loaded." error=${error} retry=${refresh} />` : html`<${Loading} lines=${3} />`)}
      ${data && inForce.length === 0 && html`<p class="panel-note">None is in force: confidences count as stated. Every night maps are fitted, and put in force where they pass their validation.</p>`}
      ${inForce.length > 0 &&
      html`
        <ul class="plain-list in-force">
          ${inForce.map(
            (one) => html`
              <li key=${one.action ?? ''}>
                <span>
                  <b>In force for ${one.action === null ? 'all actions' : html`<bdi>${one.action}</bdi>`}:</b>${' '}
                  <a href=${mapHref(one.version ?? '')}>version ${one.version}</a>${' '}
                  <span class="quiet">by <bdi>${one.by}</bdi> <${Age} at=${one.at} />: <bdi>${one.reason}</bdi>${one.stale && html` · <b>stale</b>: it lowers confidences and raises none`}</span>
                </span>
                <${Act} role="ADMIN" class="small" onClick=${() => setUndoing(one)}>Roll back…<//>
              </li>
            `,
          )}
        </ul>
      `}
      ${data && data.items.length === 0 && html`<p class="panel-note">No map has been fitted yet.</p>`}
      ${data && data.items.length > 0 && html`<${Versions} items=${data.items} />`}
      ${(before || data?.next) &&
      html`
        <nav class="paging" aria-label="Pages of maps">
          ${before && html`<button type="button" onClick=${() => page('')}>Newest</button>`}
          ${data?.next && html`<button type="button" onClick=${() => page(String(data.next))}>Older</button>`}
        </nav>
      `}
      ${asking && html`<${FitDialog} close=${() => setAsking(false)} done=${(/** @type {string} */ words) => { setTold(words); changed(); }} />`}
      ${undoing &&
      html`<${RollbackDialog} of=${undoing} close=${() => setUndoing(null)} done=${(/** @type {string} */ words) => { setTold(words); changed(); }} />`}
    </section>
  `;
}

/** @param {{ items: MapRow[] }} props */
const Versions = ({ items }) => html`
  <div class="table-scroll" tabindex="0" role="region" aria-label="Versions">
    <table>
      <thead>
        <tr><th>Version</th><th>Of</th><th>State</th><th>Fitted</th><th class="number">Outcomes</th><th>Days</th><th class="number">Largest step</th><th>On the newest outcomes</th></tr>
      </thead>
      <tbody>
        ${items.map(
          ({ version, action, in_force, created_at, created_by, n, from, to, scores }) => html`
            <tr key=${version}>
              <td><a href=${mapHref(version)}>${version}</a></td>
              <td><bdi>${action ?? 'all actions'}</bdi></td>
              <td>${in_force ? html`<b>in force</b>` : html`<span class="quiet">kept</span>`}</td>
              <td><${Age} at=${created_at} /> <span class="quiet">by <bdi>${created_by}</bdi></span></td>
              <td class="number">${count(n)}</td>
              <td class="quiet">${from ?? '–'} to ${to ?? '–'}</td>
              <td class="number">${signed(scores.largest_step, 3).replace('+', '')}</td>
              <td title=${scores.guard}>${scores.guard_passed ? 'passed' : html`<span class="warn-text">did not pass</span>`}${scores.capped && ', kept from more'}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  </div>
`;

/** @param {{ close: () => void, done: (words: string) => void }} props */
function FitDialog({ close, done }) {
  const fit = async () => done(inWords(await fitMaps()));
  return html`
    <${Dialog} title="Fit all maps on the outcomes so far" act="Fit" send=${fit} close=${close}>
      <p>Those that differ from what is in force are kept as new versions. None is put in force by this; the same outcomes give the same maps.</p>
    <//>
  `;
}

/** @param {Fits} fits */
function inWords({ items }) {
  if (items.length === 0) return 'There are no outcomes to fit maps on.';
  const kept = items.filter(({ version }) => version !== null);
  const far = items.filter(({ needs_person }) => needs_person).length;
  return `${counted(items.length, 'map')} fitted; ${kept.length === 0 ? 'none differs from what is in force' : `${counted(kept.length, 'version')} kept: ${kept.map(({ version }) => version).join(', ')}`}.${far > 0 ? ` ${counted(far, 'of them moves', 'of them move')} so far that only a person may publish it.` : ''}`;
}
