// Watches a run for the page about it, and writes the page when the run is over, whatever its end.
import { resolve } from 'node:path';
import { packageVersion } from '../../core/package-version.ts';
import type { Output } from '../../ui/output.ts';
import { reportPage } from '../../ui/report/page.ts';
import { ProofCollector } from '../../ui/report/proof.ts';
import type { Screen } from '../context.ts';
import { checkWritable, writeWholeFile } from '../local/whole-file.ts';

/**
 * @param run gets a screen that shows what `screen` does, and collects
 * @returns the exit code of the run; findings are no reason not to write
 * @throws BootstrapError `file.unreadable` before the run when the file could not be written, or after it
 */
export async function runWithReport(
  file: string,
  screen: Screen,
  output: Output,
  run: (screen: Screen) => Promise<number>,
): Promise<number> {
  await checkWritable(file);
  const collector = new ProofCollector();
  const sink: Screen['sink'] = (event) => {
    collector.sink(event);
    screen.sink(event);
  };
  const exitCode = await run({ ...screen, sink });
  const page = reportPage(collector.proof, { name: 'ipvs-bootstrap', version: packageVersion() });
  await writeWholeFile(file, page, 0o644);
  output.progress(`The report is in ${resolve(file)}`);
  return exitCode;
}
