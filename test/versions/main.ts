// `npm run check:versions -- [--programs DIRECTORY] [--again] [MINOR|VERSION…]`: the programs of every version read its documents.
// Newest first, or what is named. What is checked already is left out, so that an interrupted run goes on.
import { parseArgs } from 'node:util';
import { writeFileSync } from 'node:fs';
import { asError } from '../../src/core/errors.ts';
import { packagePath } from '../../src/core/package-root.ts';
import { minorOf, parseVersion } from '../../src/kube/version.ts';
import { checkPrograms, documentsDigest } from './check-programs.ts';
import { firstCheckable, newestPatches } from './newest-patches.ts';
import { programsOf, type ProgramSource } from './programs.ts';
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

for (const version of chosenVersions(positionals)) {
  if (stop.signal.aborted) break;
  if (!values.again && isDone(version, loadResults()[minorOf(parseVersion(version))])) {
    console.log(`${version}: is checked already`);
    continue;
  }
  const result = await check(version, { directory: values.programs, report, signal: stop.signal });
  if (result === undefined) break;
  saveResults({ ...loadResults(), [minorOf(parseVersion(version))]: result });
  writeFileSync(packagePath('docs/reference/versions-checked.md'), checkedPage(loadResults()));
  tell(result);
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

function isDone(version: string, result: VersionResult | undefined): boolean {
  if (result?.version !== version) return false;
  if ('notBuilt' in result) return true;
  return result.problems.length === 0 && result.documents === documentsDigest(version);
}

/** Undefined when interrupted. */
async function check(version: string, source: ProgramSource): Promise<VersionResult | undefined> {
  let directory: string;
  try {
    directory = await programsOf(version, source);
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    return { version, notBuilt: asError(error).message.replace(/\s+/g, ' ').slice(0, 200) };
  }
  const { documents, judgedBy, scenarios, warnings, problems } = await checkPrograms(directory, version);
  return {
    version,
    documents,
    judgedBy,
    scenarios: [...scenarios],
    warnings: [...warnings],
    problems: [...problems],
  };
}

function tell(result: VersionResult): void {
  if ('notBuilt' in result) {
    console.log(`${result.version}: cannot be compiled: ${result.notBuilt}`);
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
