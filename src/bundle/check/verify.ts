// Compares a bundle with its manifest, to the last byte: all that is wrong is told at once.
import { stat } from 'node:fs/promises';
import { BootstrapError } from '../../core/errors.ts';
import type { Report } from '../../local/report.ts';
import { fileProblem, invalid, readManifest, type ReadManifest } from '../load.ts';
import { manifestFileName, type BundleManifest } from '../manifest.ts';
import { withArchive } from './archive.ts';
import { entriesOf, type Entry } from './entries.ts';
import { checkSignature, signatureFileName } from './signature.ts';

export interface VerifyOptions {
  /** File of those who may have signed it, in the form of ssh-keygen's ALLOWED SIGNERS. */
  readonly allowedSigners?: string | undefined;
  readonly report: Report;
  readonly signal: AbortSignal;
}

export interface VerifiedBundle {
  readonly manifest: BundleManifest;
  /** Who has signed it, as the file of signers calls them. */
  readonly signedBy?: string;
}

/**
 * @param path a bundle's directory, or an archive of one
 * @throws BootstrapError `bundle.invalid` with all that is wrong; `bundle.missing` or `file.unreadable` without a manifest
 */
export async function verifyBundle(path: string, options: VerifyOptions): Promise<VerifiedBundle> {
  const isFile = (await stat(path).catch(() => undefined))?.isFile() === true;
  return isFile ? verifyArchive(path, options) : verifyDirectory(path, options);
}

async function verifyDirectory(directory: string, options: VerifyOptions): Promise<VerifiedBundle> {
  const read = await readManifest(directory);
  const { manifest } = read;
  const faults: string[] = [];
  for (const file of manifest.files) {
    options.signal.throwIfAborted();
    options.report(file.path);
    const problem = await fileProblem(directory, file, 'content');
    if (problem !== undefined) faults.push(`${file.path}: ${problem}`);
  }
  faults.push(...extraFaults(await entriesOf(directory), manifest));
  return signedAndWhole(directory, { ...read, shown: directory, faults }, options);
}

async function verifyArchive(file: string, options: VerifyOptions): Promise<VerifiedBundle> {
  return withArchive(file, options, async ({ directory, entries, digests }) => {
    const read = await readManifest(directory).catch((error: unknown) => {
      throw error instanceof BootstrapError
        ? invalid(file, error.detail ?? `it has no ${manifestFileName}`, error)
        : error;
    });
    const { manifest } = read;
    options.report(`the checksums of ${manifest.files.length} files`);
    const found = await digests(manifest.files.map(({ path }) => path));
    const faults = manifest.files.flatMap(({ path, sha256, size }) => {
      const held = found.get(path);
      if (held === undefined) return [`${path}: is missing`];
      if (held.size !== size) return [`${path}: has ${held.size} bytes instead of ${size}`];
      return held.sha256 === sha256 ? [] : [`${path}: has another SHA-256 than the manifest says`];
    });
    const names = entries.map(({ path }) => path);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    faults.push(...twice.map((name) => `${name}: is there twice`), ...extraFaults(entries, manifest));
    return signedAndWhole(directory, { ...read, shown: file, faults }, options);
  });
}

interface Found extends ReadManifest {
  /** What the bundle is called in messages. */
  readonly shown: string;
  readonly faults: readonly string[];
}

async function signedAndWhole(
  directory: string,
  { shown, manifest, bytes, faults }: Found,
  { allowedSigners, signal }: VerifyOptions,
): Promise<VerifiedBundle> {
  const signature =
    allowedSigners === undefined ? undefined : await signerOrFault(directory, bytes, allowedSigners, signal);
  const all = [...(signature?.fault === undefined ? [] : [signature.fault]), ...faults];
  if (all.length > 0) throw invalid(shown, all.join('\n'));
  return { manifest, ...(signature?.signer === undefined ? {} : { signedBy: signature.signer }) };
}

async function signerOrFault(
  directory: string,
  manifest: Uint8Array,
  allowedSigners: string,
  signal: AbortSignal,
): Promise<{ readonly signer?: string; readonly fault?: string }> {
  try {
    return { signer: await checkSignature(directory, manifest, allowedSigners, signal) };
  } catch (error) {
    if (!(error instanceof BootstrapError) || error.code !== 'bundle.invalid') throw error;
    return { fault: `${signatureFileName}: ${error.message.replace(` in ${directory}`, '')}` };
  }
}

const packageName = /\.(deb|udeb|rpm|apk|tar)$/;

/** What somebody might run or install as if it belonged to the bundle. Notes and the like may lie there. */
function extraFaults(entries: readonly Entry[], { files }: BundleManifest): readonly string[] {
  const known = new Set(files.map(({ path }) => path));
  return entries
    .filter(({ path, isExecutable }) => !known.has(path) && (isExecutable || packageName.test(path)))
    .map(({ path }) => `${path}: is not in the manifest`);
}
