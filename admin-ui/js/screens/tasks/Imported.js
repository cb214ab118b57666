// @ts-check
import { html } from '../../lib/html.js';
import { ImportReport } from './ImportReport.js';

/** What an import did, until the reader has seen it. @param {{ report: import('../../lib/queueState.js').ImportReport, close: () => void }} props */
export const Imported = ({ report, close }) => html`
  <section class="panel imported" aria-label="Imported">
    <div class="panel-head">
      <h2><span role="status">Imported${report.source && html` from <bdi>${report.source}</bdi>`}</span></h2>
      <button type="button" class="small" onClick=${close}>Close</button>
    </div>
    <div class="import-report"><${ImportReport} report=${report} /></div>
  </section>
`;
