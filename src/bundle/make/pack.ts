// A finished bundle as one file.
import { open, readdir, rename, rm } from 'node:fs/promises';
import { BootstrapError } from '../../core/errors.ts';
import { saidBy } from '../../local/programs/program-failure.ts';
import { runProgram, throwIfInterrupted } from '../../local/programs/program.ts';
import { signatureFileName } from '../check/signature.ts';
import { fetchLockName } from '../fetch-lock.ts';
import { manifestFileName } from '../manifest.ts';
import type { MakingStage } from './making.ts';

/** Owner and order are fixed; what is in there is compressed already. The manifest comes first, to be found quickly. */
const options = [
  '--owner=0',
  '--group=0',
  '--numeric-owner',
  '--mode=go+rX,go-w',
  '--sort=name',
  '--format=gnu',
];

/** Packs the bundle in `directory`. The file appears when it is complete. */
export function packStage(directory: string, file: string): MakingStage {
  return {
    title: 'One archive',
    run: async (report, signal) => {
      report(file);
      const part = `${file}.part`;
      const first = [manifestFileName, signatureFileName];
      const names = (await readdir(directory)).filter((name) => name !== fetchLockName);
      const sorted = [
        ...first.filter((name) => names.includes(name)),
        ...names.filter((name) => !first.includes(name)),
      ];
      try {
        await runProgram('tar', ['-cf', part, '-C', directory, ...options, ...sorted], { signal });
        await sync(part);
        await rename(part, file);
      } catch (cause) {
        throwIfInterrupted(signal);
        throw new BootstrapError('download.failed', `cannot write ${file}`, {
          hint: 'It needs as much room as its parts have. The same command goes on from here.',
          detail: saidBy(cause),
          cause,
        });
      } finally {
        await rm(part, { force: true });
      }
      return file;
    },
  };
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
