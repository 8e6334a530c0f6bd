// The bundle as operations get it, and the steps that send its files.
import path from 'node:path';
import { z } from 'zod';
import { offeredManifest, type BundleFile } from '../../bundle/manifest.ts';
import { managedDirectories } from '../../core/managed.ts';
import { megabytes } from '../../core/megabytes.ts';
import { downloadsArg } from '../files/download-step.ts';
import type { UploadStep } from '../operation.ts';

/** A bundle in a task's arguments: `${{ bundle }}`. */
export const bundleSchema = z
  .strictObject({
    directory: z.string().min(1),
    manifest: offeredManifest,
    downloads: downloadsArg,
  })
  .meta({ description: 'The bundle, as `${{ bundle }}`.' });

export type Bundle = z.output<typeof bundleSchema>;
export type BundlePackage = Extract<BundleFile, { kind: 'package' }>;
export type BundleBinary = Extract<BundleFile, { kind: 'binary' }>;

/** The bundle's files of a kind; none without a bundle. */
export function bundleFilesOf<Kind extends BundleFile['kind']>(
  bundle: Bundle | undefined,
  kind: Kind,
): readonly Extract<BundleFile, { kind: Kind }>[] {
  const isWanted = (file: BundleFile): file is Extract<BundleFile, { kind: Kind }> => file.kind === kind;
  return bundle?.manifest.files.filter(isWanted) ?? [];
}

/** Where packages are sent to, and removed from when they are installed. */
export const packageDirectory = `${managedDirectories.state}/packages`;

/** Sends packages of the bundle there. */
export function packageSteps(
  bundle: Bundle | undefined,
  files: readonly BundlePackage[],
): readonly UploadStep[] {
  return files.map((file) => {
    const path = `${packageDirectory}/${file.name}_${file.sha256.slice(0, 12)}.deb`;
    return uploadStep(bundle, file, { path, mode: 0o644 });
  });
}

/** Sends a file of the bundle. */
export function uploadStep(
  bundle: Bundle | undefined,
  file: BundleFile,
  target: { readonly path: string; readonly mode: number; readonly backup?: string | undefined },
): UploadStep {
  const { path: to, backup } = target;
  return {
    kind: 'upload',
    title:
      `send ${file.name} (${megabytes(file.size)})` +
      (backup === undefined ? '' : `, keeping the old ${to} as ${backup}`),
    localPath: path.join(bundle?.directory ?? '', file.path),
    ...target,
    sha256: file.sha256,
    size: file.size,
  };
}
