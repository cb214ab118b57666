// @ts-check
import { calibrationCsv } from '../../lib/calibration.js';
import { html } from '../../lib/html.js';
import { count, words } from '../../lib/format.js';
import { rate } from '../../lib/rates.js';

/** @import { Summary } from '../../lib/calibrationTypes.js' */

/** What the numbers mean that a reader meets first; all others come after. */
const FIRST = /** @type {[string, string][]} */ ([
  ['brier', 'mean squared difference between confidence and outcome; 0 is best'],
  ['brier_skill_score', 'above 0: better than always saying the base rate'],
  ['log_loss', 'mean surprise'],
  ['auroc', 'how often a success had the higher confidence; 0.5 is chance'],
  ['ece', 'mean gap of the bins; read it beside the next'],
  ['ece_noise_floor', 'what right claims would show on as many outcomes'],
]);

const SUMS = /** @type {Record<string, string>} */ ({
  murphy_10_bins: 'brier = reliability − resolution + uncertainty + within-bin variance − within-bin covariance',
  logistic_recalibration: 'logit of what came true = intercept + slope × logit of the confidence; slope below 1: too extreme, above: too timid',
  citl_logit: 'the intercept where the slope is 1: how far off as a whole',
  corp_brier: 'brier = miscalibration − discrimination + uncertainty, without bins',
});

/** Every score with its parts; what cannot be computed says why. @param {{ summary: Summary, query: string }} props */
export function Anatomy({ summary: { measures, reasons, n }, query }) {
  const shown = FIRST.map(([name]) => name);
  const others = Object.entries(measures).filter(([name]) => !shown.includes(name));
  return html`
    <details class="panel fold anatomy">
      <summary><h2>Scores and their parts</h2><span class="fold-summary quiet">from ${count(n)} outcomes</span></summary>
      <p class="panel-note"><a href=${calibrationCsv('summary', query)} download>CSV<span class="sr-only"> of the scores</span></a></p>
      <dl class="scores">
        ${FIRST.map(([name, about]) => html`<${Score} key=${name} name=${name} value=${measures[name]} reason=${reasons[name]} about=${about} />`)}
        ${others.map(([name, value]) =>
          typeof value === 'object' && value !== null
            ? html`
                <div key=${name} class="score-group"><dt>${words(name)}</dt><dd class="quiet">${SUMS[name]}</dd></div>
                ${Object.entries(value).map(([part, number]) => html`<${Score} key=${`${name}.${part}`} name=${part} value=${number} reason=${reasons[`${name}.${part}`] ?? reasons[name]} part />`)}
              `
            : html`<${Score} key=${name} name=${name} value=${value} reason=${reasons[name]} />`,
        )}
      </dl>
    </details>
  `;
}

/** @param {{ name: string, value: any, reason?: string, about?: string, part?: boolean }} props */
const Score = ({ name, value, reason, about, part = false }) => html`
  <div class=${part ? 'score-part' : ''}>
    <dt>${words(name)}</dt>
    <dd>
      ${value === null ? html`<span class="quiet">– ${reason}</span>` : html`<b class="number">${Number.isInteger(value) ? count(value) : rate(value, 4)}</b>`}
      ${about && html`<span class="quiet">${about}</span>`}
    </dd>
  </div>
`;
