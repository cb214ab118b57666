// @ts-check
import { html } from '../../lib/html.js';
import { ABSENT, count, percent } from '../../lib/format.js';
import { between, rate, signed } from '../../lib/rates.js';
import { Failure, Loading } from '../../ui/Notice.js';
import { Age } from '../../ui/Time.js';
import { VerdictWord } from './VerdictWord.js';

/** @import { Fates, Summary } from '../../lib/calibrationTypes.js' */
/** @import { Resource } from '../../lib/resource.js' */

/** The word, and the numbers it stands on. @param {{ summary: Resource<Summary> & { stale: boolean, refresh: () => void } }} props */
export function Headline({ summary: { data, error, stale, refresh } }) {
  if (!data && error) return html`<section class="panel"><${Failure} what="The outcomes could not be summed up." error=${error} retry=${refresh} /></section>`;
  if (!data) return html`<section class="panel"><${Loading} lines=${3} /></section>`;
  const { measures, verdict, population, window, n, excluded, as_of } = data;
  const number = (/** @type {string} */ name) => /** @type {number | null} */ (measures[name]);
  return html`
    <section class="panel verdict ${stale ? 'dimmed' : ''}" aria-label="Verdict">
      <p class="verdict-line">
        <${VerdictWord} verdict=${verdict} />
        ${n > 0 && html`<span>${meaning(verdict.word)}</span>`}
        ${n === 0 && html`<span>No task with a confidence ended so in these days.</span>`}
        ${verdict.leaning !== 'NONE' && html`<span>Too few outcomes for a word, but they lean ${verdict.leaning === 'OVERCONFIDENT' ? 'over' : 'under'}-confident.</span>`}
      </p>
      ${n > 0 &&
      html`
        <dl class="verdict-numbers">
          <${Number} name="Stated" value=${rate(number('mean_confidence'))} about="mean confidence" />
          <${Number} name="Happened" value=${rate(number('base_rate'))} about=${`${between(number('wilson_low'), number('wilson_high'))}, 95%`} />
          <${Number}
            name="Gap"
            value=${signed(number('calibration_in_the_large'))}
            about=${`${between(number('calibration_in_the_large_low'), number('calibration_in_the_large_high'), signed)}, 95%`}
          />
          <${Number} name="Outcomes" value=${count(n)} about=${`of ${count(population.submitted)} submitted`} />
          <${Number} name="Coverage" value=${coverageOf(n, population.submitted, excluded)} about="of those with a confidence" />
        </dl>
      `}
      <p class="quiet verdict-foot">
        ${window.from} to ${window.to} (UTC)${window.widened && ', widened to whole months: old thousandths are kept by the month only'} ·
        ${' '}<bdi>${population.text}</bdi> · computed from ${count(n)} outcomes <${Age} at=${as_of} />
        ${verdict.gated && ' · fewer than half came to an outcome, so this is about a part only'}
      </p>
    </section>
  `;
}

/** @param {{ name: string, value: string, about: string }} props */
const Number = ({ name, value, about }) => html`<div><dt>${name}</dt><dd><b>${value}</b><span class="quiet">${about}</span></dd></div>`;

/**
 * How many came to an outcome, whoever let them run: coverage is about what is not known.
 * @param {number} n
 * @param {number} submitted
 * @param {Fates} excluded
 */
function coverageOf(n, submitted, { auto, probe, human, unscored }) {
  const claimed = submitted - unscored;
  return claimed > 0 ? percent((n + auto + probe + human) / claimed) : ABSENT;
}

/** @param {import('../../lib/calibrationTypes.js').Word} word */
function meaning(word) {
  switch (word) {
    case 'OVERCONFIDENT':
      return 'Less came true than was said.';
    case 'UNDERCONFIDENT':
      return 'More came true than was said.';
    case 'MISSHAPEN':
      return 'Right on the whole, and wrong at single confidences: see the diagram.';
    case 'CALIBRATED':
      return 'As much came true as was said, as far as these outcomes can tell.';
    case 'INSUFFICIENT':
      return 'A word needs 100 outcomes, and 10 of either kind.';
    case 'NO_DATA':
      return '';
  }
}
