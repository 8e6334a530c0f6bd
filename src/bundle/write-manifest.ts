// Writes a bundle's manifest, whole or not at all: what has one is complete.
import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFileName, type BundleManifest } from './manifest.ts';

export async function writeManifest(directory: string, manifest: BundleManifest): Promise<void> {
  await writeSynced(join(directory, manifestFileName), manifestText(manifest));
}

export function manifestText(manifest: BundleManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** By a temporary name beside it, which is gone whatever comes of it. */
export async function writeSynced(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    const file = await open(unfinished, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
