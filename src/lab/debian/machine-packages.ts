// Installs the Debian packages that the lab's own programs come from, saying first which ones are missing.
import { BootstrapError } from '../../core/errors.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import type { Report, Stage } from '../stage.ts';
import { askMirrors } from '../../local/debian/mirrors.ts';
import { nodeRelease } from './node-release.ts';

/** Those of `wanted` that are not installed on this machine, in the given order, each once. */
export async function missingPackages(
  wanted: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const listing = await runProgram('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n'], {
    signal,
  });
  const installed = installedPackages(listing);
  return [...new Set(wanted)].filter((name) => !installed.has(name));
}

/** Parses `NAME STATUS` lines. A package that was removed but left its configuration behind does not count. */
export function installedPackages(listing: string): ReadonlySet<string> {
  const lines = listing.split('\n').map((line) => line.split(' '));
  return new Set(lines.filter(([, status]) => status === 'installed').map(([name = '']) => name));
}

/**
 * A stage that installs what is missing of `wanted` with the machine's own apt. `announce` is called with the missing
 * packages before anything is installed, and not at all when nothing is missing.
 */
export function machinePackagesStage(
  wanted: readonly string[],
  announce: (missing: readonly string[]) => void,
): Stage {
  return {
    title: 'Debian packages on this machine',
    async run(report, signal) {
      const missing = await missingPackages(wanted, signal);
      if (missing.length === 0) return 'cached';
      announce(missing);
      report("Debian's mirrors");
      await askMirrors(nodeRelease, signal);
      await installPackages(missing, report, signal);
      return 'built';
    },
  };
}

async function installPackages(
  missing: readonly string[],
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const options = { asRoot: true, env: { DEBIAN_FRONTEND: 'noninteractive' }, report, signal };
  // One unreachable source among many need not matter, so whether this worked shows at the installation.
  await runProgram('apt-get', ['-q', 'update'], options).catch(() => {
    throwIfInterrupted(signal);
  });
  try {
    const wait = '-oDPkg::Lock::Timeout=120';
    await runProgram(
      'apt-get',
      ['-q', '-y', wait, '--no-install-recommends', 'install', ...missing],
      options,
    );
  } catch (error) {
    throwIfInterrupted(signal);
    throw new BootstrapError('lab.failed', `could not install ${missing.join(' ')}`, {
      hint: 'Try `apt-get install` with these names by hand; every one of them is in Debian 12.',
      detail: error instanceof BootstrapError ? error.detail : undefined,
      cause: error,
    });
  }
}
