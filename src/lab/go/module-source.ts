// A module's source from the module proxy, or an error that says why there is none.
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { throwIfInterrupted } from '../../local/programs/program.ts';
import { withoutLogins } from './go-sources.ts';
import { standInFor } from './go-version.ts';
import type { ModuleVersion } from './module-file.ts';
import { runGo, type GoWorkspace } from './workspace.ts';

export interface ModuleSource {
  /** The directory that it was unpacked in. */
  readonly directory: string;
  /** The text of its go.mod. */
  readonly goMod: string;
}

const download = z.object({ Dir: z.string(), GoMod: z.string() });

/** For a question that is answered in a few kilobytes. */
const answerMs = 45_000;

/** Between two signs of life of a download: the largest file has 50 MB. */
const silenceMs = 240_000;

/**
 * Downloads, verifies and unpacks a module.
 * @throws BootstrapError `lab.failed` when it is not served, nobody answers, or it is not what it was
 */
export async function moduleSource(workspace: GoWorkspace, wanted: ModuleVersion): Promise<ModuleSource> {
  await assertServed(workspace, wanted);
  const name = `${wanted.module}@${wanted.version}`;
  workspace.report(`downloading ${name}`);
  const output = await ask(workspace, wanted, ['mod', 'download', '-json', name], silenceMs);
  const { Dir, GoMod } = download.parse(JSON.parse(output));
  return { directory: Dir, goMod: await readFile(GoMod, 'utf8') };
}

/** As `moduleSource`, asks for the little that shows whether it will work. */
export async function assertServed(
  workspace: GoWorkspace,
  wanted: ModuleVersion,
  limitMs = answerMs,
): Promise<void> {
  const question = ['list', '-m', `${wanted.module}@${wanted.version}`];
  await ask(workspace, wanted, question, limitMs);
}

/**
 * The first of `versions` that the proxy serves; of some releases a module is missing. Some proxies forbid what they do
 * not have, so one that is forbidden counts only when no other one is served.
 */
export async function servedVersion(
  workspace: GoWorkspace,
  module: string,
  versions: readonly string[],
): Promise<string | undefined> {
  let denied: BootstrapError | undefined;
  for (const version of versions) {
    const refusal = await refusalOf(workspace, { module, version });
    if (refusal === undefined) return version;
    if (forbidden.test(refusal.detail ?? '')) denied ??= refusal;
  }
  if (denied !== undefined) throw denied;
  return undefined;
}

/** What the proxy says when it has no such version, or keeps it back; undefined when it serves it. */
async function refusalOf(workspace: GoWorkspace, wanted: ModuleVersion): Promise<BootstrapError | undefined> {
  try {
    await assertServed(workspace, wanted);
    return undefined;
  } catch (error) {
    throwIfInterrupted(workspace.signal);
    if (isRefusal(error)) return error;
    throw error;
  }
}

/** Whether the proxy has answered that it does not have what was asked for, or keeps it back. */
function isRefusal(error: unknown): error is BootstrapError {
  return error instanceof BootstrapError && refused.test(error.detail ?? '');
}

/**
 * The toolchain, or what stands in for it where it is not served; downloaded and verified.
 * @throws BootstrapError `lab.failed`
 */
export async function servedToolchain(workspace: GoWorkspace, toolchain: string): Promise<string> {
  if (toolchain === 'local') return toolchain;
  try {
    await fetchToolchain(workspace, toolchain);
    return toolchain;
  } catch (error) {
    throwIfInterrupted(workspace.signal);
    const other = isRefusal(error) ? standInFor(toolchain) : undefined;
    if (other === undefined) throw error;
    workspace.report(`taking ${other}: ${toolchain} is not served`);
    await fetchToolchain(workspace, other);
    return other;
  }
}

async function fetchToolchain(workspace: GoWorkspace, toolchain: string): Promise<void> {
  const module = { module: 'golang.org/toolchain', version: `v0.0.1-${toolchain}.linux-amd64` };
  await withinSilence(workspace, silenceMs, module, (signal, report) =>
    runGo(workspace, ['version'], { cwd: workspace.directory, toolchain, signal, report }),
  );
}

/** Outside of any module, so that none is looked for. */
async function ask(
  workspace: GoWorkspace,
  wanted: ModuleVersion,
  args: readonly string[],
  limitMs: number,
): Promise<string> {
  return withinSilence(workspace, limitMs, wanted, (signal, report) =>
    runGo(workspace, args, { cwd: workspace.directory, toolchain: 'local', signal, report }),
  );
}

/** Ends `work` when it has not said anything for `limitMs`, and turns its failure into one with a reason. */
export async function withinSilence<T>(
  workspace: Pick<GoWorkspace, 'signal' | 'sources'>,
  limitMs: number,
  wanted: ModuleVersion,
  work: (signal: AbortSignal, heard: () => void) => Promise<T>,
): Promise<T> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort();
  }, limitMs);
  try {
    return await work(AbortSignal.any([workspace.signal, silence.signal]), () => timer.refresh());
  } catch (error) {
    throwIfInterrupted(workspace.signal);
    const said = silence.signal.aborted ? silent(limitMs) : saidBy(error);
    throw moduleError(wanted, said, workspace.sources.GOPROXY, error);
  } finally {
    clearTimeout(timer);
  }
}

function silent(limitMs: number): string {
  return `nothing came for ${limitMs / 1000} s`;
}

const notServed = /: (?:404 Not Found|410 Gone)|unknown revision|not found: /;

/** What a proxy answers that denies access, and some for what they do not have. */
const forbidden = /: 403 Forbidden/;

const refused = new RegExp(`${notServed.source}|${forbidden.source}`);

/** What went wrong with the proxy or with what it sent; `said` are the words of the go command. */
export function moduleError(
  { module, version }: ModuleVersion,
  said: string,
  proxies: string,
  cause: unknown,
): BootstrapError {
  const name = `${module} ${version}`;
  const evidence = { detail: withoutLogins(`${said}\n\nGOPROXY=${proxies}`), cause };
  if (/checksum mismatch|SECURITY ERROR/.test(said)) {
    return new BootstrapError('lab.failed', `${name} is not what was published under this name`, {
      hint: 'Somebody on the way has changed it, or a proxy is broken. Nothing of it was used. Try another GOPROXY.',
      ...evidence,
    });
  }
  if (forbidden.test(said)) {
    const message = `the Go module proxy does not have ${name}, or does not let you have it`;
    return new BootstrapError('lab.failed', message, {
      hint: 'Look for a typing error. If there is such a release, the proxy denies access to it (403 Forbidden): ask those who run it, or try another GOPROXY.',
      ...evidence,
    });
  }
  if (notServed.test(said)) {
    return new BootstrapError('lab.failed', `the Go module proxy does not have ${name}`, {
      hint: 'Most likely no such release exists: look for a typing error. Another GOPROXY may have more.',
      ...evidence,
    });
  }
  return new BootstrapError('lab.failed', `${name} cannot be fetched from the Go module proxy`, {
    hint: 'Check the network, or name a proxy that can be reached: export GOPROXY=… . What was fetched so far is kept.',
    ...evidence,
  });
}
