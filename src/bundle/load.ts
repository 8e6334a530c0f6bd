// Reads a bundle directory and makes sure that what its manifest promises is there.
import type { Stats } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BootstrapError } from '../core/errors.ts';
import { staysInside } from './inside.ts';
import { bundleManifest, manifestFileName, type BundleFile, type BundleManifest } from './manifest.ts';

export interface Bundle {
  readonly directory: string;
  readonly manifest: BundleManifest;
}

/** How thoroughly to look at the files: their sizes (milliseconds), or all of their content (seconds). */
export type BundleCheck = 'size' | 'content';

/**
 * @throws BootstrapError `bundle.missing` if there is no manifest, `file.unreadable` if it may not be read, and
 *   `bundle.invalid` if it or one of its files is not right
 */
export async function loadBundle(directory: string, check: BundleCheck = 'size'): Promise<Bundle> {
  const { manifest } = await readManifest(directory);
  await requireFiles(directory, manifest, check);
  return { directory, manifest };
}

/** @throws BootstrapError `bundle.invalid` that names every file which is not as the manifest says */
export async function requireFiles(
  directory: string,
  manifest: BundleManifest,
  check: BundleCheck = 'size',
): Promise<void> {
  const problems = await Promise.all(
    manifest.files.map(async (file) => {
      const problem = await fileProblem(directory, file, check);
      return problem === undefined ? [] : [`${file.path}: ${problem}`];
    }),
  );
  if (problems.flat().length > 0) throw invalid(directory, problems.flat().join('\n'));
}

export interface ReadManifest {
  readonly manifest: BundleManifest;
  /** Those that it was parsed from. A signature must be of them: the file may be another a moment later. */
  readonly bytes: Uint8Array;
}

/**
 * The manifest alone; whether its files are there is not looked at.
 * @throws BootstrapError as `loadBundle` does
 */
export async function readManifest(directory: string): Promise<ReadManifest> {
  const bytes = await readBytes(directory);
  return { manifest: parseManifest(directory, bytes.toString('utf8')), bytes };
}

async function readBytes(directory: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, manifestFileName));
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR'].includes(code)) throw await missing(directory, cause);
    const why = code === 'EACCES' ? 'you may not read it' : message;
    throw new BootstrapError('file.unreadable', `the bundle in ${directory} cannot be read: ${why}`, {
      hint: `Its directory, those above it, and ${manifestFileName} must be readable for you.`,
      cause,
    });
  }
}

const makeHint =
  `A bundle is a directory with a ${manifestFileName}. "ipvs-bootstrap bundle create" makes one. ` +
  '"ipvs-bootstrap lab up" builds one, too, and "ipvs-bootstrap lab inventory" names its directory. See docs/bundle.md.';

function unpackHint(file: string): string {
  const directory = file.replace(/\.tar$/, '') === file ? `${file}.unpacked` : file.replace(/\.tar$/, '');
  return `Unpack it and name the directory: mkdir ${directory} && tar -xf ${file} -C ${directory}`;
}

async function missing(directory: string, cause: unknown): Promise<BootstrapError> {
  const found = await stat(directory).catch(() => undefined);
  const noManifest = found?.isDirectory() === true ? `it has no ${manifestFileName}` : 'it is no directory';
  const why = found === undefined ? 'it does not exist' : noManifest;
  const hint = found?.isFile() === true ? unpackHint(directory) : makeHint;
  return new BootstrapError('bundle.missing', `there is no bundle in ${directory}: ${why}`, { hint, cause });
}

function parseManifest(directory: string, text: string): BundleManifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw invalid(directory, `${manifestFileName} is not JSON`, cause);
  }
  const result = bundleManifest.safeParse(data);
  if (!result.success) throw invalid(directory, z.prettifyError(result.error), result.error);
  return result.data;
}

/** What is wrong with a file of a bundle, in words that go on after its path; undefined when nothing is. */
export async function fileProblem(
  directory: string,
  file: BundleFile,
  check: BundleCheck,
): Promise<string | undefined> {
  const path = join(directory, file.path);
  const found = await statReadable(path).catch((error: unknown) => (error as NodeJS.ErrnoException).code);
  if (typeof found === 'object' && !(await staysInside(directory, file.path))) {
    return 'leads out of the bundle, by a link';
  }
  if (found === 'EACCES') return 'may not be read by you';
  if (typeof found !== 'object' || !found.isFile()) return 'is missing';
  if (found.size !== file.size) return `has ${found.size} bytes instead of ${file.size}`;
  if (check === 'size') return undefined;
  // Most commands compare sizes only.
  const { digestFile } = await import('./digest.ts');
  const isSame = (await digestFile(path)).sha256 === file.sha256;
  return isSame ? undefined : 'has another SHA-256 than the manifest says';
}

/** Opens files only: a pipe would wait for its other end. */
async function statReadable(path: string): Promise<Stats> {
  const found = await stat(path);
  if (found.isFile()) await (await open(path)).close();
  return found;
}

/** The error of a bundle that is not as it was made; `detail` says what is wrong, a line each. */
export function invalid(directory: string, detail: string, cause?: unknown): BootstrapError {
  return new BootstrapError('bundle.invalid', `the bundle in ${directory} is damaged`, {
    detail,
    hint: 'Remove the directory and build or copy the bundle again.',
    cause,
  });
}
