// Work on files of a bundle: what the disk refuses is no bug of ours.
import { BootstrapError } from '../../core/errors.ts';

/** @throws BootstrapError `download.failed` for what the disk says */
export async function onDisk<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new BootstrapError('download.failed', `cannot write to ${directory}: ${(cause as Error).message}`, {
      hint: 'It must have room, and you must be allowed to write there. The same command goes on from here.',
      cause,
    });
  }
}
