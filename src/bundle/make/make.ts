// Makes a bundle from its list: a directory, or one archive of it. What an earlier call has fetched is not fetched again.
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BootstrapError } from '../../core/errors.ts';
import type { Report } from '../../local/report.ts';
import { requireReadable, signatureFileName, signFile } from '../check/signature.ts';
import { withFetchLock } from '../fetch-lock.ts';
import { manifestFileName, type BundleFile, type BundleManifest } from '../manifest.ts';
import { manifestText, writeSynced } from '../write-manifest.ts';
import type { BundleContents } from './contents.ts';
import { Fetched, fetchedFileName } from './fetched.ts';
import { onDisk } from './on-disk.ts';
import { packStage } from './pack.ts';
import type { BundleRequest } from './request.ts';
import type { MakingStage } from './making.ts';
import { makingStages } from './stages.ts';

/** Where a bundle is made, and for whom it is signed. */
export interface BundleTarget {
  /** A directory, or a file that ends with `.tar`. */
  readonly path: string;
  /** File with the key that signs it. */
  readonly signingKey?: string | undefined;
}

export interface MakingPorts {
  /** Runs parts of the work one after the other, and shows them. */
  readonly show: (stages: readonly MakingStage[]) => Promise<void>;
  readonly report: Report;
  readonly signal: AbortSignal;
}

function isArchive({ path }: BundleTarget): boolean {
  return path.endsWith('.tar');
}

/** The directory in which the bundle is put together. */
function directoryOf(target: BundleTarget): string {
  const path = resolve(target.path);
  return isArchive(target) ? `${path}.unfinished` : path;
}

/**
 * Looks, before anything is fetched, whether the bundle can be made there.
 * @throws BootstrapError `usage` when something else is there, `bundle.invalid` when its manifest is not one of ours,
 *   `file.unreadable` without the key
 */
export async function checkTarget(target: BundleTarget, request: BundleRequest): Promise<void> {
  if (target.signingKey !== undefined) await requireReadable(target.signingKey);
  const directory = directoryOf(target);
  if (isArchive(target) && (await exists(target.path))) {
    throw new BootstrapError('usage', `${target.path} is there already`, {
      hint: `"ipvs-bootstrap bundle verify ${target.path}" tells whether it is whole. Remove it to make it anew.`,
    });
  }
  if (await exists(directory)) await openFetched(directory, request);
}

/** @throws BootstrapError `download.failed`, `command.failed`, `usage` or `interrupted` */
export async function makeBundle(
  request: BundleRequest,
  contents: BundleContents,
  target: BundleTarget,
  { show, report, signal }: MakingPorts,
): Promise<BundleManifest> {
  const directory = directoryOf(target);
  await onDisk(directory, () => mkdir(directory, { recursive: true }));
  const manifest = await withFetchLock(directory, { report, signal }, async () => {
    const fetched = await openFetched(directory, request);
    const files: BundleFile[] = [];
    // From here on it is no bundle: what has a manifest is complete.
    await onDisk(directory, () => fetched.begin([manifestFileName, signatureFileName]));
    await show(makingStages({ request, contents, directory, fetched, files }));
    const made = manifestOf(request, contents, files);
    await onDisk(directory, () => fetched.finish(files));
    await writeSigned(directory, made, target, signal);
    await rm(join(directory, fetchedFileName), { force: true });
    return made;
  });
  if (isArchive(target)) {
    await show([packStage(directory, resolve(target.path))]);
    await rm(directory, { recursive: true });
  }
  return manifest;
}

async function openFetched(directory: string, { version, architecture }: BundleRequest): Promise<Fetched> {
  return Fetched.open(directory, { kubernetesVersion: version, architecture });
}

function manifestOf(
  { version, architecture }: BundleRequest,
  { imageRepository, pauseImage, clusterDns }: BundleContents,
  files: readonly BundleFile[],
): BundleManifest {
  return {
    format: 1,
    kubernetesVersion: version,
    architecture,
    imageRepository,
    pauseImage,
    clusterDns,
    files: [...files],
  };
}

/** The manifest comes last, and its signature before it: there is never one without the other. */
async function writeSigned(
  directory: string,
  manifest: BundleManifest,
  { signingKey }: BundleTarget,
  signal: AbortSignal,
): Promise<void> {
  const unfinished = join(directory, `${manifestFileName}.unfinished`);
  await onDisk(directory, () => writeSynced(unfinished, manifestText(manifest)));
  if (signingKey !== undefined) {
    await rm(`${unfinished}.sig`, { force: true });
    await signFile(unfinished, signingKey, signal);
    await rename(`${unfinished}.sig`, join(directory, signatureFileName));
  }
  await rename(unfinished, join(directory, manifestFileName));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
