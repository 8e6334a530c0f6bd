// `npm run pictures`: makes the pictures of the pages anew, from real runs in a lab of their own.
// A quiet machine is part of the picture: the times are in it.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packagePath } from '../src/core/package-root.ts';
import { withLab } from './lab.ts';
import type { Stoppable } from './program.ts';
import { browserPath, pictureOfReport } from './report-picture.ts';
import { pictureOfRuns } from './run-picture.ts';

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stop.abort(new Error(`stopped by ${signal}`));
  });
}

const cwd = await mkdtemp(join(tmpdir(), 'ipvs-bootstrap-pictures-'));
const at: Stoppable = { cwd, signal: stop.signal };
try {
  // What is lacking is better known before than after the runs.
  browserPath();
  const pictures = await withLab(at, async () => {
    say('recording two runs');
    const runs = await pictureOfRuns(at);
    say('adding a node, and breaking it for the report');
    return { 'docs/run.svg': runs, 'docs/report.png': await pictureOfReport(at) };
  });
  // Only now: a failure leaves the old ones, both of them.
  const files = Object.keys(pictures).map(packagePath);
  for (const [index, content] of Object.values(pictures).entries())
    await writeFile(`${files[index]}.new`, content);
  for (const file of files) await rename(`${file}.new`, file);
  for (const [file, content] of Object.entries(pictures))
    say(`${file}: ${Math.ceil(content.length / 1024)} KiB`);
} catch (error) {
  say(`the pictures stay as they are: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await rm(cwd, { recursive: true });
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
