// A local file as the stdin of a remote command.
import { createReadStream, statSync } from 'node:fs';
import { BootstrapError } from '../../core/errors.ts';
import type { StreamedBody } from './shell-job.ts';

const chunkBytes = 256 * 1024;

/**
 * Reads the file chunk by chunk, so memory stays constant whatever its size.
 * @throws BootstrapError `file.unreadable`, also when the file gets shorter on the way
 */
export function fileBody(path: string, onProgress?: (sentBytes: number) => void): StreamedBody {
  const size = fileSize(path);
  return { length: size, chunks: () => fileChunks(path, size, onProgress) };
}

/** Without waiting, so that an upload keeps its place among the requests issued before and after it. */
function fileSize(path: string): number {
  try {
    return statSync(path).size;
  } catch (cause) {
    throw new BootstrapError('file.unreadable', `cannot read ${path}`, { cause });
  }
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
