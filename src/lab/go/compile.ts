// Compiles programs of a Go module, with what it needs from other modules, saying how far it is.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { formatLeft } from '../time-left.ts';
import { chooseToolchain, type WantedGo } from './go-version.ts';
import { goLine, ownGoMod, sampleDirectory, sampleModules, type ModuleVersion } from './module-file.ts';
import {
  moduleSource,
  servedToolchain,
  servedVersion,
  withinSilence,
  type ModuleSource,
} from './module-source.ts';
import { stagingVersions, triedPatches, withoutRefused, type StagingVersions } from './staging.ts';
import { runGo, type GoWorkspace } from './workspace.ts';

export interface GoPrograms extends ModuleVersion {
  /** Import path of each program's package, by the name that the program gets. */
  readonly programs: Readonly<Record<string, string>>;
  /** Package variables with a text to be set, such as a version. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Text of a main package of our own, which is then compiled under this name beside `programs`. */
  readonly ownMain?: { readonly name: string; readonly text: string };
  /** Compiled in a quarter less time: without inlining, for programs that nobody waits for. */
  readonly quick?: true;
  /** The compiler that its authors use, where go.mod does not tell. */
  readonly testedGo?: (source: ModuleSource) => Promise<string | undefined>;
}

/** Between two packages that are downloaded or compiled; the largest take a minute on a busy machine. */
const silenceMs = 600_000;

/**
 * Puts the programs into the directory `target`.
 * @throws BootstrapError `lab.failed`
 */
export async function compilePrograms(
  workspace: GoWorkspace,
  wanted: GoPrograms,
  target: string,
): Promise<void> {
  const source = await moduleSource(workspace, wanted);
  const go: WantedGo = { least: goLine(source.goMod), tested: await wanted.testedGo?.(source) };
  const toolchain = await servedToolchain(workspace, chooseToolchain(workspace.go.version, go));
  const packages = [
    ...Object.values(wanted.programs),
    ...(wanted.ownMain === undefined ? [] : [`./${wanted.ownMain.name}`]),
  ];
  const cwd = await makeModule(workspace, wanted);
  const staging = await publishedStaging(workspace, wanted, source);
  const total = await withStaging(workspace, staging, async (chosen) => {
    await writeFile(join(cwd, 'go.mod'), ownGoMod(wanted, source.goMod, chosen));
    await writeSamples(cwd, source.goMod);
    return listPackages(workspace, wanted, packages, { cwd, toolchain });
  });
  await build(workspace, wanted, packages, { cwd, toolchain, total, target });
  for (const [name, path] of Object.entries(wanted.programs)) {
    const built = programName(path);
    if (built !== name) await rename(join(target, built), join(target, name));
  }
}

/** What go calls the program of a package: the last part of its path that is not a major version. */
function programName(path: string): string {
  return basename(path.replace(/\/v\d+$/, ''));
}

/** Directory of a module of our own, which has no go.mod yet. */
async function makeModule(workspace: GoWorkspace, { module, ownMain }: GoPrograms): Promise<string> {
  const directory = join(workspace.directory, 'own', basename(module));
  await mkdir(directory, { recursive: true });
  if (ownMain !== undefined) {
    await mkdir(join(directory, ownMain.name));
    await writeFile(join(directory, ownMain.name, 'main.go'), ownMain.text);
  }
  return directory;
}

async function publishedStaging(
  workspace: GoWorkspace,
  { version }: GoPrograms,
  { goMod }: ModuleSource,
): Promise<StagingVersions> {
  return stagingVersions(goMod, version, (module, versions, failed) => {
    const signal = AbortSignal.any([workspace.signal, failed]);
    return servedVersion({ ...workspace, signal }, module, versions);
  });
}

/** Some proxies know of a version and do not have its files: then the one before is tried. */
async function withStaging<T>(
  { report }: GoWorkspace,
  published: StagingVersions,
  work: (staging: StagingVersions) => Promise<T>,
): Promise<T> {
  let staging = published;
  for (let tries = 1; ; tries++) {
    try {
      return await work(staging);
    } catch (error) {
      const said = error instanceof BootstrapError ? (error.detail ?? '') : '';
      const older = tries < triedPatches ? withoutRefused(staging, said) : undefined;
      if (older === undefined) throw error;
      for (const [module, version] of Object.entries(older)) {
        if (version !== staging[module]) report(`taking ${module} ${version}: a newer one is not served`);
      }
      staging = older;
    }
  }
}

async function writeSamples(directory: string, goMod: string): Promise<void> {
  for (const module of sampleModules(goMod)) {
    const sample = join(directory, sampleDirectory(module));
    await mkdir(sample, { recursive: true });
    await writeFile(join(sample, 'go.mod'), `module ${module}\n`);
  }
}

/** Downloads all that the packages need, and says how many packages that makes. */
async function listPackages(
  workspace: GoWorkspace,
  wanted: ModuleVersion,
  packages: readonly string[],
  options: { readonly cwd: string; readonly toolchain: string },
): Promise<number> {
  const list = (signal: AbortSignal, heard: () => void): Promise<string> =>
    runGo(workspace, ['list', '-deps', ...packages], {
      ...options,
      signal,
      report: (line) => {
        heard();
        if (line.startsWith('go: downloading ')) workspace.report(line.slice('go: '.length));
      },
    });
  const output = await withinSilence(workspace, silenceMs, wanted, list);
  return output.split('\n').filter((line) => isPackage(line)).length;
}

async function build(
  workspace: GoWorkspace,
  { variables = {}, quick }: GoPrograms,
  packages: readonly string[],
  place: {
    readonly cwd: string;
    readonly toolchain: string;
    readonly total: number;
    readonly target: string;
  },
): Promise<void> {
  const started = performance.now();
  let done = 0;
  const report = (line: string): void => {
    // With -v, go prints one import path per package that it compiles.
    if (!isPackage(line)) return;
    done++;
    workspace.report(progress(done, place.total, performance.now() - started, line));
  };
  const assignments = Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`);
  // -s -w leave debug information out of the programs, so the compiler need not make any.
  const flags = [
    '-trimpath',
    `-gcflags=all=-dwarf=false${quick === true ? ' -l' : ''}`,
    `-ldflags=${['-s', '-w', ...assignments].join(' ')}`,
  ];
  const words = ['build', '-v', `-p=${workspace.jobs}`, ...flags, '-o', `${place.target}/`, ...packages];
  await runGo(workspace, words, { ...place, report });
}

/** Whether a line of go's is the import path of a package. */
function isPackage(line: string): boolean {
  return /^[\w.~-]+(\/[\w.~-]+)*$/.test(line);
}

/** What is done and about what is left; nearly all packages take the same time, the linker's is not seen. */
export function progress(done: number, total: number, elapsedMs: number, name: string): string {
  const all = Math.max(done, total);
  const left = (elapsedMs / done) * (all - done);
  return `compiling: package ${done} of ${all}, ${formatLeft(left)} left, ${name}`;
}
