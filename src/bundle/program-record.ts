// What is remembered of fetched programs, in their directory: the digest of each, and how it looked when it was compared.
import { randomBytes } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { digestFile } from './digest.ts';

const recordFile = 'digests.json';
const recordSchema = z.record(
  z.string(),
  z.strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    size: z.int().nonnegative(),
    /** Inode and time of the last change. Who writes to a file, changes it, whatever its length. */
    mark: z.string().optional(),
  }),
);

export type RememberedProgram = Readonly<z.output<typeof recordSchema>[string]>;

/** By their names. */
export async function readRecord(directory: string): Promise<Record<string, RememberedProgram>> {
  const text = await readFile(join(directory, recordFile), 'utf8').catch(() => '{}');
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    // It is asked for again.
    return {};
  }
}

export async function writeRecord(
  directory: string,
  known: Readonly<Record<string, RememberedProgram>>,
): Promise<void> {
  const path = join(directory, recordFile);
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(unfinished, `${JSON.stringify(known, undefined, 2)}\n`);
  await rename(unfinished, path);
}

/** How a program looks that is there. */
export async function lookAt(path: string): Promise<{ readonly size: number; readonly mark: string }> {
  const { size, ino, ctimeMs } = await stat(path);
  return { size, mark: `${ino} ${ctimeMs}` };
}

/**
 * What is remembered of a program, with its mark of now, if it is there as it came. It is read only when something has
 * happened to it since it was compared.
 */
export async function unchanged(
  directory: string,
  name: string,
  known: RememberedProgram | undefined,
): Promise<RememberedProgram | undefined> {
  const path = join(directory, name);
  const found = await lookAt(path).catch(() => undefined);
  if (known === undefined || found?.size !== known.size) return undefined;
  if (found.mark === known.mark) return known;
  const isSame = (await digestFile(path)).sha256 === known.sha256;
  return isSame ? { ...known, mark: found.mark } : undefined;
}
