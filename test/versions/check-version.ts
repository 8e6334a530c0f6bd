// One version: its programs are got and judge their documents, and what of that is worth being kept.
import { BootstrapError } from '../../src/core/errors.ts';
import { checkPrograms, documentsDigest } from './check-programs.ts';
import { programsOf, type ProgramSource } from './programs.ts';
import type { VersionResult } from './results.ts';

/**
 * Undefined when interrupted.
 * @throws whatever kept it from being checked and is not the version's fault: the network, the machine
 */
export async function checkVersion(
  version: string,
  source: ProgramSource,
  parts = { programsOf, checkPrograms },
): Promise<VersionResult | undefined> {
  // A value of its own, as it changes meanwhile.
  const isInterrupted = (): boolean => source.signal.aborted;
  let directory: string;
  try {
    directory = await parts.programsOf(version, source);
  } catch (error) {
    if (isInterrupted()) return undefined;
    const notBuilt = compileFailure(error);
    if (notBuilt === undefined) throw error;
    return { version, notBuilt };
  }
  const { documents, judgedBy, scenarios, warnings, problems } = await parts.checkPrograms(
    directory,
    version,
  );
  // Ctrl-C on a terminal reaches the programs as well, whose failure then proves nothing.
  if (isInterrupted()) return undefined;
  return {
    version,
    documents,
    judgedBy,
    scenarios: [...scenarios],
    warnings: [...warnings],
    problems: [...problems],
  };
}

/** Whether there is nothing to be checked any more. What could not be compiled may be so by now. */
export function isDone(version: string, result: VersionResult | undefined): boolean {
  if (result?.version !== version || 'notBuilt' in result) return false;
  return result.problems.length === 0 && result.documents === documentsDigest(version);
}

/** A place in a source file, as the compiler names it, or what the linker says of the source. */
const ofTheSource =
  /^\S+\.go:\d+(?::\d+)?: .|\blink: .*(?:invalid reference|relocation target|duplicated definition)/;

const ofTheMachine =
  /no space left|: reading https?:|cannot allocate memory|out of memory|signal: |input\/output error/;

/** What the compiler or the linker says against the source; undefined for any other failure. */
export function compileFailure(error: unknown): string | undefined {
  if (!(error instanceof BootstrapError) || error.detail === undefined) return undefined;
  if (ofTheMachine.test(error.detail)) return undefined;
  const line = error.detail.split('\n').find((one) => ofTheSource.test(one));
  return line?.replace(/\s+/g, ' ').slice(0, 200);
}
