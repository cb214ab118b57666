// @ts-check
import { html } from '../../lib/html.js';
import { ABSENT } from '../../lib/format.js';
import { otherwise, passes, subject } from '../../lib/rules.js';

/** @import { Rule } from '../../lib/types.js' */

/** @param {{ rules: Rule[] }} props */
export const RuleTable = ({ rules }) =>
  rules.length === 0
    ? html`<p class="panel-note">No rule: every task runs by itself.</p>`
    : html`
        <div class="table-scroll">
          <table class="rules cards" role="table" aria-label="Rules">
            <thead role="rowgroup">
              <tr role="row">
                <th role="columnheader">Tasks</th>
                <th role="columnheader">Run by themselves with</th>
                <th role="columnheader">Otherwise</th>
                <th role="columnheader" class="number">Rejected below</th>
              </tr>
            </thead>
            <tbody role="rowgroup">
              ${rules.map(
                (rule) => html`
                  <tr role="row" key=${`${rule.risk_level} ${rule.action}`}>
                    <th role="rowheader" scope="row"><bdi>${subject(rule)}</bdi></th>
                    <td role="cell" data-name="Run with">${passes(rule)}</td>
                    <td role="cell" data-name="Otherwise"><bdi>${otherwise(rule)}</bdi></td>
                    <td role="cell" class="number" data-name="Rejected below">${rule.reject_below ?? html`<span class="quiet">${ABSENT}</span>`}</td>
                  </tr>
                `,
              )}
            </tbody>
          </table>
        </div>
      `;
