// Reads a YAML file that a user wrote: never more than the limit, never anything but valid UTF-8.
import { open, type FileHandle } from 'node:fs/promises';
import { BootstrapError, type ErrorCode } from '../core/errors.ts';
import { decode, maxSourceBytes } from './decode.ts';
import { parseSource } from './parse-source.ts';
import type { Source } from './source.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is not a directory',
  EACCES: 'may not be read by you',
  EISDIR: 'is a directory, not a file',
  ENAMETOOLONG: 'has too long a name',
  ELOOP: 'is a chain of links without an end',
};

/**
 * Reads and parses one YAML 1.2 file of at most 4 MiB.
 * @param code the code of errors in the file's content, such as `inventory.invalid`
 * @throws BootstrapError `file.unreadable`, or `code` for content that is not plain YAML data; several at once as
 *   an ErrorList. Every error of the second kind carries its position.
 */
export async function readSource(file: string, code: ErrorCode): Promise<Source> {
  return parseSource(file, decode(file, await readBytes(file), code), code);
}

/** @throws BootstrapError `file.unreadable` */
export async function readBytes(file: string): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    return await readLimited(handle);
  } catch (cause) {
    throw unreadable(file, cause);
  } finally {
    await handle?.close();
  }
}

/** Stops one byte after the limit, which is enough to know; a pipe or device may have no end. */
async function readLimited(handle: FileHandle): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  while (size <= maxSourceBytes) {
    const chunk = Buffer.alloc(Math.min(65_536, maxSourceBytes + 1 - size));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
  return Buffer.concat(chunks);
}

function unreadable(file: string, cause: unknown): BootstrapError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  // A path with a NUL byte is refused by Node with a code of its own.
  const reason = reasons[code] ?? `cannot be read: ${message}`;
  return new BootstrapError('file.unreadable', `the file ${JSON.stringify(file)} ${reason}`, {
    hint: 'Check the path.',
    cause,
  });
}
