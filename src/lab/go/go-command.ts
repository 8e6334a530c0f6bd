// The go command: the machine's own where it is new enough, else Debian's, unpacked into the cache.
import { join } from 'node:path';
import { cachedFromDebian, openBuildContext, type BuildContext } from '../debian/cached-build.ts';
import { downloadPackages, resolveClosure } from '../../local/debian/resolve.ts';
import { unpackPackages } from '../debian/unpack.ts';
import { removeTree } from '../../local/programs/remove-tree.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { isGoSince, parseGoVersion } from './go-version.ts';

export interface GoCommand {
  /** The program, as a path or a name to be looked up. */
  readonly program: string;
  /** Its version, such as 1.26.8. */
  readonly version: string;
}

/** From here on Go can get other versions of itself. */
const leastVersion = '1.21';

/** A release of Debian with a Go that is new enough, and which runs on older ones. */
const debian = {
  release: 'trixie',
  packages: ['golang-1.24-go', 'golang-1.24-src'],
  root: 'usr/lib/go-1.24',
};

/** To be raised when the code of this file changes what comes out. */
const recipe = 1;

/** @throws BootstrapError when there is none, and none can be had */
export async function goCommand(
  context: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
): Promise<GoCommand> {
  const { signal } = context;
  const own = await versionOf('go', signal);
  if (own !== undefined && isGoSince(own, leastVersion)) return { program: 'go', version: own };
  const program = join(await debianGo(context), debian.root, 'bin/go');
  const version = parseGoVersion(await runProgram(program, ['version'], { env: localOnly, signal }));
  return { program, version: version ?? leastVersion };
}

// A GOROOT is that of the user's own Go, or of an older one: each command finds its own.
const localOnly = { GOROOT: '', GOTOOLCHAIN: 'local', GOFLAGS: '', GOENV: 'off' };

async function versionOf(program: string, signal: AbortSignal): Promise<string | undefined> {
  const output = await runProgram(program, ['version'], { env: localOnly, signal }).catch(() => '');
  throwIfInterrupted(signal);
  return parseGoVersion(output);
}

/** The directory that Debian's compiler is unpacked in; the C library is the machine's own. */
async function debianGo({
  cacheRoot,
  report,
  signal,
}: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>): Promise<string> {
  const context = await openBuildContext(cacheRoot, debian.release, report, signal);
  const request = { install: debian.packages, without: ['libc6', 'libgcc-s1'] };
  const resolve = () => resolveClosure(context.apt, request, signal);
  const resolveKey = async () => ({ recipe, packages: await resolve() });
  const build = async (directory: string): Promise<void> => {
    const packages = await resolve();
    report('downloading the Go compiler');
    await downloadPackages(context.apt, packages, directory, signal);
    report('unpacking the Go compiler');
    await unpackPackages(packages, directory, directory, signal);
    for (const { fileName } of packages) await removeTree(join(directory, fileName));
  };
  return (await cachedFromDebian(context, 'go', resolveKey, build)).directory;
}
