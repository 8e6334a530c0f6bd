// Debian packages as files of a bundle, a folder for each release.
import { copyFile, link, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NeededPackage } from '../../local/debian/package-set.ts';
import type { Release } from '../../local/debian/releases.ts';
import { digestFile, type FileDigest } from '../digest.ts';
import type { BundleFile } from '../manifest.ts';

/** Packages of a release of Debian, and the directory where they lie. */
export interface PackageFiles {
  readonly release: Release;
  readonly directory: string;
  readonly packages: readonly NeededPackage[];
}

/** The folder of a release's packages in a bundle. */
export function packageFolder(release: Release): string {
  return `packages/debian-${release}`;
}

/** A package's entry in the manifest, as far as it is known without the file. */
export function packageEntry(release: Release, { name, version, neededBy, fileName }: NeededPackage) {
  const distribution = { id: 'debian', versionId: release };
  const path = `${packageFolder(release)}/${fileName}`;
  return { kind: 'package' as const, name, version, neededBy: [...neededBy], for: distribution, path };
}

/** Puts the packages into the bundle in `directory`. */
export async function addPackages(
  directory: string,
  sets: readonly PackageFiles[],
): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const { release, directory: source, packages } of sets) {
    await mkdir(join(directory, packageFolder(release)), { recursive: true });
    for (const item of packages) {
      const entry = packageEntry(release, item);
      files.push({
        ...entry,
        ...(await addFile(join(source, item.fileName), join(directory, entry.path))),
      });
    }
  }
  return files;
}

/** Where the file comes from it may stay as well, so a hard link saves its size once more. */
export async function addFile(source: string, target: string): Promise<FileDigest> {
  await link(source, target).catch(() => copyFile(source, target));
  return digestFile(target);
}
