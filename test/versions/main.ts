// `npm run check:versions -- [--programs DIRECTORY] [--again] [MINOR|VERSION…]`: the programs of every version read its documents.
// Newest first, or what is named. What is checked already is left out, so that an interrupted run goes on.
import { parseArgs } from 'node:util';
import { writeFileSync } from 'node:fs';
import { packagePath } from '../../src/core/package-root.ts';
import { minorOf, parseVersion } from '../../src/kube/version.ts';
import { withCacheInUse } from '../../src/lab/cache-use.ts';
import { cacheDirectory } from '../../src/lab/state/paths.ts';
import { thrownLines } from '../../src/ui/problem-text.ts';
import { createStyle } from '../../src/ui/style.ts';
import { checkVersion, isDone } from './check-version.ts';
import { firstCheckable, newestPatches } from './newest-patches.ts';
import { loadResults, saveResults, type VersionResult } from './results.ts';
import { checkedPage } from './table.ts';

const { values, positionals } = parseArgs({
  options: { programs: { type: 'string' }, again: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const stop = new AbortController();
process.once('SIGINT', () => {
  stop.abort();
});

const cacheRoot = cacheDirectory();
await withCacheInUse({ cacheRoot, report, signal: stop.signal }, async () => {
  for (const version of chosenVersions(positionals)) {
    if (stop.signal.aborted) break;
    await checkUnlessDone(version);
  }
});

async function checkUnlessDone(version: string): Promise<void> {
  const minor = minorOf(parseVersion(version));
  if (!values.again && isDone(version, loadResults()[minor])) {
    console.log(`${version}: is checked already`);
    return;
  }
  try {
    const source = { directory: values.programs, report, signal: stop.signal };
    const result = await checkVersion(version, source);
    if (result === undefined) return;
    saveResults({ ...loadResults(), [minor]: result });
    writeFileSync(packagePath('docs/reference/versions-checked.md'), checkedPage(loadResults()));
    tell(result);
  } catch (error) {
    process.exitCode = 1;
    for (const line of thrownLines(error, createStyle(false), false)) console.error(line);
    console.log(`${version}: could not be checked`);
  }
}

/** A minor such as 1.37 stands for its newest patch, a version such as v1.37.0 for itself. */
function chosenVersions(named: readonly string[]): readonly string[] {
  const all = newestPatches.filter((version) => parseVersion(version).minor >= firstCheckable).toReversed();
  if (named.length === 0) return all;
  return named.map((text) => {
    if (/^v\d+\.\d+\.\d+$/.test(text)) return text;
    const found = all.find((version) => minorOf(parseVersion(version)) === text);
    if (found === undefined)
      throw new Error(`${text} is neither a version nor one of the minors that are checked`);
    return found;
  });
}

function tell(result: VersionResult): void {
  if ('notBuilt' in result) {
    console.log(`${result.version}: cannot be compiled: ${result.notBuilt}`);
    process.exitCode = 1;
    return;
  }
  const { version, problems, warnings, scenarios } = result;
  console.log(
    `${version}: ${problems.length === 0 ? 'fine' : 'FAILED'}, ${scenarios.join(', ')}; ${warnings.join(', ')}`,
  );
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

function report(line: string): void {
  console.error(`  ${line}`);
}
