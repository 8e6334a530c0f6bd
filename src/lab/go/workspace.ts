// Where programs are compiled from Go modules, and the go command that does it without the user's own settings.
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { defined } from '../../core/defined.ts';
import { BootstrapError } from '../../core/errors.ts';
import type { BuildContext } from '../debian/cached-build.ts';
import { allowedCpus } from '../machine/cpu-plan.ts';
import { runProgram } from '../../local/programs/program.ts';
import { removeTree } from '../../local/programs/remove-tree.ts';
import type { Report } from '../stage.ts';
import { goCommand, type GoCommand } from './go-command.ts';
import { goSources, withoutLogins, type GoSources } from './go-sources.ts';
import { isGoSince } from './go-version.ts';

export interface GoWorkspace {
  readonly go: GoCommand;
  /** Where modules come from, as the user has set it. */
  readonly sources: GoSources;
  readonly directory: string;
  /** How many compilers run at a time. */
  readonly jobs: number;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** Directory of the cache in which what was downloaded stays, for the next version. */
export const goDownloads = 'go-downloads';

/** Makes a workspace in `directory`, which is removed when `use` has ended, whatever came of it. */
export async function withGoWorkspace<T>(
  { cacheRoot, report, signal }: Pick<BuildContext, 'cacheRoot' | 'report' | 'signal'>,
  directory: string,
  use: (workspace: GoWorkspace) => Promise<T>,
): Promise<T> {
  const go = await goCommand({ cacheRoot, report, signal });
  const sources = await goSources(go, signal);
  const downloads = join(cacheRoot, goDownloads);
  await mkdir(downloads, { recursive: true });
  await mkdir(join(directory, 'modules'), { recursive: true });
  // Of the module cache, what is unpacked goes with the workspace.
  await symlink(downloads, join(directory, 'modules/cache'));
  try {
    return await use({ go, sources, directory, jobs: (await allowedCpus()).length, report, signal });
  } finally {
    await removeTree(directory);
  }
}

export interface GoOptions {
  /** Working directory. */
  readonly cwd: string;
  /** Value of GOTOOLCHAIN. */
  readonly toolchain: string;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}

/** Runs the go command and returns what it prints. Its errors do not show how a proxy lets the user in. */
export async function runGo(
  workspace: GoWorkspace,
  args: readonly string[],
  { cwd, toolchain, report, signal = workspace.signal }: GoOptions,
): Promise<string> {
  const env = goEnvironment(workspace, toolchain);
  try {
    return await runProgram(workspace.go.program, args, {
      cwd,
      env,
      signal,
      ...(report === undefined ? {} : { report }),
    });
  } catch (error) {
    throw hidingLogins(error);
  }
}

/** Also in the errors that caused it, which are shown with `--debug`. */
function hidingLogins(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause === undefined ? undefined : hidingLogins(error.cause);
  const hiding =
    error instanceof BootstrapError
      ? error.with({ cause, ...defined({ detail: error.detail && withoutLogins(error.detail) }) })
      : new Error(withoutLogins(error.message), { cause });
  if (error.stack !== undefined) hiding.stack = withoutLogins(error.stack);
  return hiding;
}

/** The environment of the go command, whatever stands in the user's. */
export function goEnvironment(
  { go, directory, sources }: Pick<GoWorkspace, 'go' | 'directory' | 'sources'>,
  toolchain: string,
): Readonly<Record<string, string>> {
  const version = toolchain === 'local' ? go.version : toolchain.replace(/^go/, '');
  return {
    ...sources,
    // Each compiler finds its own root, and not that of the user's.
    GOROOT: '',
    GOTOOLCHAIN: toolchain,
    GOPATH: join(directory, 'gopath'),
    GOMODCACHE: join(directory, 'modules'),
    GOCACHE: join(directory, 'compiled'),
    GOENV: 'off',
    // Both flags came with 1.14; before, that was how it worked.
    GOFLAGS: isGoSince(version, '1.14') ? '-mod=mod -modcacherw' : '',
    GO111MODULE: 'on',
    GOWORK: 'off',
    GOTELEMETRY: 'off',
    GOOS: 'linux',
    GOARCH: 'amd64',
    GOAMD64: 'v1',
    GOEXPERIMENT: '',
    CGO_ENABLED: '0',
    // Garbage is collected only above a limit, which takes an eighth less time. Before 1.19 there was no limit.
    ...(isGoSince(version, '1.19') ? { GOGC: 'off', GOMEMLIMIT: '1500MiB' } : { GOGC: '200' }),
  };
}
