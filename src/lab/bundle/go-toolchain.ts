// Debian's Go compiler, unpacked into a directory of our own: nothing needs to be installed on the machine for it.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildContext } from '../debian/cached-build.ts';
import { downloadPackages, resolveClosure, type DebianPackage } from '../../local/debian/resolve.ts';
import { unpackPackages } from '../debian/unpack.ts';
import { runProgram } from '../../local/programs/program.ts';

/** The compiler, its standard library, and the one library that replaces a vendored one. */
const packageNames = ['golang-1.19-go', 'golang-1.19-src', 'golang-github-modern-go-reflect2-dev'];

/** The exact packages that the toolchain consists of; the C library is the machine's own. */
export async function resolveGoToolchain(context: BuildContext): Promise<readonly DebianPackage[]> {
  const request = { install: packageNames, without: ['libc6', 'libgcc-s1'] };
  return resolveClosure(context.apt, request, context.signal);
}

/** Downloads and unpacks the toolchain below `root`. */
export async function unpackGoToolchain(
  context: BuildContext,
  packages: readonly DebianPackage[],
  root: string,
): Promise<void> {
  const { apt, report, signal } = context;
  const downloads = `${root}.downloads`;
  await mkdir(downloads, { recursive: true });
  report('downloading the Go compiler');
  await downloadPackages(apt, packages, downloads, signal);
  report('unpacking the Go compiler');
  await unpackPackages(packages, downloads, root, signal);
  await rm(downloads, { recursive: true });
}

export interface GoWorkspace {
  /** Where the toolchain was unpacked. */
  readonly toolsRoot: string;
  /** A GOPATH. */
  readonly path: string;
  /** Working directory, which must be inside the GOPATH. */
  readonly directory: string;
}

/** Runs `go` in GOPATH mode, with no trace of the user's own Go settings and caches. */
export async function go(
  workspace: GoWorkspace,
  args: readonly string[],
  context: Pick<BuildContext, 'report' | 'signal'>,
): Promise<void> {
  await runProgram(join(goRoot(workspace), 'bin/go'), args, {
    cwd: workspace.directory,
    env: goEnvironment(workspace),
    report: context.report,
    signal: context.signal,
  });
}

/**
 * The settings of `go` and of programs that read Go source. GOGC and GOMEMLIMIT: the compiler, which runs at most
 * twice at a time, collects garbage only above that limit, and so takes an eighth less time.
 */
export function goEnvironment(workspace: GoWorkspace): Readonly<Record<string, string>> {
  return {
    GOROOT: goRoot(workspace),
    GOPATH: workspace.path,
    GOCACHE: join(workspace.path, 'cache'),
    GOENV: 'off',
    GOFLAGS: '',
    GO111MODULE: 'off',
    GOGC: 'off',
    GOMEMLIMIT: '1500MiB',
    CGO_ENABLED: '0',
  };
}

function goRoot(workspace: GoWorkspace): string {
  return join(workspace.toolsRoot, 'usr/lib/go-1.19');
}
