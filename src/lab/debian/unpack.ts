// Unpacks .deb files into a directory: files only, no maintainer script runs and no root is needed.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../local/programs/program.ts';
import type { DebianPackage } from '../../local/debian/resolve.ts';

/** Unpacks `packages`, whose files are in `downloads`, one over the other below `root`. */
export async function unpackPackages(
  packages: readonly DebianPackage[],
  downloads: string,
  root: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const { fileName } of packages) {
    await runProgram('dpkg-deb', ['--extract', join(downloads, fileName), root], { signal });
  }
}
