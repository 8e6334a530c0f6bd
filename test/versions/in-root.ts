// Kubernetes' programs run where they can do no harm: with a directory of their own as the root, and no rights outside.
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface ProgramRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TemporaryRoot {
  readonly directory: string;
  /** Writes a file; `path` begins with a slash and is what the programs see. */
  readonly write: (path: string, text: string) => void;
  /** Runs a program of `/bin`, statically linked, as a root that owns no more than this directory. */
  readonly run: (program: string, ...args: readonly string[]) => Promise<ProgramRun>;
}

/** A root with the programs, which is gone when `use` has ended. */
export async function withTemporaryRoot<T>(
  programs: readonly string[],
  use: (root: TemporaryRoot) => Promise<T>,
): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'ipvs-bootstrap-versions-'));
  try {
    for (const name of ['bin', 'tmp', 'etc', 'var']) mkdirSync(join(directory, name));
    for (const program of programs) place(program, join(directory, 'bin'));
    return await use({
      directory,
      write: (path, text) => {
        writeFileSync(join(directory, path), text);
      },
      run: (program, ...args) => runIn(directory, program, args),
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Programs are large, so they are linked where the file system is the same. */
function place(program: string, directory: string): void {
  const target = join(directory, program.slice(program.lastIndexOf('/') + 1));
  try {
    linkSync(program, target);
  } catch {
    copyFileSync(program, target);
  }
}

async function runIn(directory: string, program: string, args: readonly string[]): Promise<ProgramRun> {
  const words = ['--map-root-user', '--root', directory, `/bin/${program}`, ...args];
  const { exitCode, stdout, stderr } = await execa('unshare', words, {
    reject: false,
    env: { PATH: '/bin' },
    timeout: 120_000,
  });
  return { exitCode, stdout, stderr };
}

/** All that a program has printed, by lines. */
export function linesOf({ stdout, stderr }: Pick<ProgramRun, 'stdout' | 'stderr'>): readonly string[] {
  return `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
}
