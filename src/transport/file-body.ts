// A local file as the stdin of a remote command.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';
import type { StreamedBody } from './shell-job.ts';

const chunkBytes = 256 * 1024;

/**
 * Reads the file chunk by chunk, so memory stays constant whatever its size.
 * @throws BootstrapError `file.unreadable`, also when the file gets shorter on the way
 */
export async function fileBody(
  path: string,
  onProgress?: (sentBytes: number) => void,
): Promise<StreamedBody> {
  const { size } = await stat(path).catch((cause: unknown) => {
    throw new BootstrapError('file.unreadable', `cannot read ${path}`, { cause });
  });
  return { length: size, chunks: () => fileChunks(path, size, onProgress) };
}

async function* fileChunks(
  path: string,
  size: number,
  onProgress?: (sentBytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  try {
    for await (const chunk of createReadStream(path, { end: size - 1, highWaterMark: chunkBytes })) {
      const bytes = chunk as Buffer;
      yield bytes;
      sent += bytes.length;
      onProgress?.(sent);
    }
  } catch (cause) {
    throw new BootstrapError('file.unreadable', `cannot read ${path}`, { cause });
  }
  if (sent !== size) throw new BootstrapError('file.unreadable', `${path} changed while it was being read`);
}
