// @ts-check
import { useEffect, useState } from '../../../vendor/hooks.module.js';
import { html } from '../../lib/html.js';
import { counted } from '../../lib/format.js';
import { importFile } from '../../lib/queueState.js';
import { Dialog } from '../../ui/Dialog.js';
import { Field } from '../../ui/Field.js';
import { Loading } from '../../ui/Notice.js';
import { ImportReport } from './ImportReport.js';

/** @import { ImportReport as Report } from '../../lib/queueState.js' */

/**
 * A file of tasks: tried as soon as it is chosen, taken in when the reader has seen what that does.
 * @param {{ done: (report: Report) => void, close: () => void }} props
 */
export function ImportDialog({ done, close }) {
  const [file, setFile] = useState(/** @type {File | null} */ (null));
  const trial = useTrial(file);
  const taken = trial.report ? trial.report.totals.restored + trial.report.totals.resumable + trial.report.totals.kept : 0;
  const ready = trial.report !== null && trial.report.stopped === null && taken > 0;
  const take = async () => done(await importFile(/** @type {File} */ (file), false));
  return html`
    <${Dialog} title="Import tasks" act=${ready ? `Import ${counted(taken, 'task')}` : 'Import'} wide ready=${ready} send=${take} close=${close}>
      <p>Restored tasks run here, after those they wait for; the gate decides about them under the policy in force, and you count as their submitter.</p>
      <${Field}
        label="File"
        hint="A queue_state.json, an export, or a workflow_snapshots.json. It is only tried until you import it; importing it again changes nothing."
        control=${(/** @type {object} */ rest) => html`
          <input ...${rest} type="file" accept=".json,application/json" onChange=${(/** @type {any} */ event) => setFile(event.target.files[0] ?? null)} />
        `}
      />
      ${file && !trial.report && !trial.error && html`<${Loading} lines=${3} />`}
      ${trial.error && html`<div class="form-error" role="alert"><p>It cannot be imported.</p><p><bdi>${trial.error.message}</bdi></p></div>`}
      ${trial.report && html`<div role="status"><${ImportReport} report=${trial.report} /></div>`}
      ${trial.report && taken === 0 && html`<p>Nothing of it can be taken in.</p>`}
    <//>
  `;
}

/**
 * What the import would do, asked when the file is chosen.
 * @param {File | null} file
 */
function useTrial(file) {
  const [trial, setTrial] = useState(/** @type {{ of: File | null, report: Report | null, error: Error | null }} */ ({ of: null, report: null, error: null }));
  useEffect(() => {
    if (!file) return;
    const stopper = new AbortController();
    importFile(file, true, stopper.signal).then(
      (report) => setTrial({ of: file, report, error: null }),
      (error) => stopper.signal.aborted || setTrial({ of: file, report: null, error }),
    );
    return () => stopper.abort();
  }, [file]);
  // what was said of another file says nothing of this one
  return trial.of === file ? trial : { report: null, error: null };
}
