// Tries whether the lab's directories take files, and whether programs can be started from there.
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import { unsupported } from '../machine/refusal.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { withWorkDirectory } from '../../local/programs/work-directory.ts';
import { cacheDirectory, labStateDirectory } from '../state/paths.ts';

/** A directory of the lab, and the variable that moves it. */
export interface LabPlace {
  readonly directory: string;
  readonly variable: string;
}

/** Where kernels and disk images are built, and where nodes write. Both hold programs that nodes are started by. */
export function labPlaces(): readonly LabPlace[] {
  return [
    { directory: cacheDirectory(), variable: 'XDG_CACHE_HOME' },
    { directory: dirname(dirname(labStateDirectory('any'))), variable: 'XDG_STATE_HOME' },
  ];
}

/** @throws BootstrapError `lab.unsupported` for a directory that is of no use to the lab */
export async function tryPlaces(places: readonly LabPlace[], signal: AbortSignal): Promise<void> {
  for (const place of places) await tryPlace(place, signal);
}

async function tryPlace(place: LabPlace, signal: AbortSignal): Promise<void> {
  const { directory, variable } = place;
  try {
    // Says better than Node what is in the way.
    await runProgram('mkdir', ['-p', directory], { signal });
    await withWorkDirectory(directory, async (work) => {
      const script = join(work, 'try');
      await writeFile(script, '#!/bin/sh\n', { mode: 0o755 });
      await tryProgram(script, place, signal);
    });
  } catch (cause) {
    if (cause instanceof BootstrapError && cause.code !== 'command.failed') throw cause;
    throw unsupported({
      message: `the lab cannot write to ${directory}`,
      hint: `Make it writable for you, or set ${variable} to another directory.`,
      detail: saidBy(cause),
      cause,
    });
  }
}

async function tryProgram(path: string, { directory, variable }: LabPlace, signal: AbortSignal) {
  try {
    await runProgram(path, [], { signal });
  } catch (cause) {
    throwIfInterrupted(signal);
    throw unsupported({
      message: `the lab cannot start programs that lie in ${directory}`,
      hint: `Mount its file system without "noexec", or set ${variable} to a directory on another one.`,
      detail: saidBy(cause),
      cause,
    });
  }
}
