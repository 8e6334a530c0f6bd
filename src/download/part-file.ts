// A file while it is fetched: TARGET.part, for its owner alone, until all of it is there and is what it should be.
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { WebFailure } from './failure.ts';

/** It begins with what an earlier try has left. */
export class PartFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #hash: Hash;
  #size: number;

  private constructor(path: string, handle: FileHandle, { hash, size }: Hashed) {
    this.#path = path;
    this.#handle = handle;
    this.#hash = hash;
    this.#size = size;
  }

  /** @throws WebFailure as all methods, when the disk does not do what it should */
  static async open(path: string): Promise<PartFile> {
    return onDisk(path, async () => {
      const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
      const handle = await open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
      try {
        await handle.chmod(0o600);
        return new PartFile(path, handle, await hashOf(handle));
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** The SHA-256 of what is there, in hex. */
  sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  async append(piece: Buffer): Promise<void> {
    await onDisk(this.#path, () => this.#handle.writeFile(piece));
    this.#hash.update(piece);
    this.#size += piece.length;
  }

  /** Makes it empty. */
  async restart(): Promise<void> {
    await onDisk(this.#path, () => this.#handle.truncate(0));
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  /** Gives it its place: readable for all, and there also after a power cut. */
  async finish(target: string): Promise<void> {
    await onDisk(this.#path, async () => {
      await this.#handle.chmod(0o644);
      await this.#handle.sync();
      await rename(this.#path, target);
      await syncDirectory(dirname(target));
    });
  }

  async remove(): Promise<void> {
    await onDisk(this.#path, () => rm(this.#path, { force: true }));
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

interface Hashed {
  readonly hash: Hash;
  readonly size: number;
}

async function hashOf(handle: FileHandle): Promise<Hashed> {
  const hash = createHash('sha256');
  let size = 0;
  const stream = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    size += piece.length;
  }
  return { hash, size };
}

/** The SHA-256 of a file in hex; undefined when it is not there or cannot be read. */
export async function sha256OfFile(path: string): Promise<string | undefined> {
  const handle = await open(path).catch(() => undefined);
  try {
    return handle === undefined ? undefined : (await hashOf(handle)).hash.digest('hex');
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Work with a file; what fails is the disk's fault, not the network's. */
async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw diskFailure(path, cause);
  }
}

const full: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'your quota is used up',
};

function diskFailure(path: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (typeof code !== 'string') return cause;
  const reason = full[code];
  if (reason !== undefined) {
    return new WebFailure(`${reason} in ${dirname(path)}`, { hint: 'Make room there.', cause });
  }
  const hint = 'You must be able to make files in its directory, and nothing else may be in the way there.';
  return new WebFailure(`${path} cannot be written: ${message}`, { hint, cause });
}
