// Programs that are fetched from a site that has the SHA-256 of each beside it, once: they stay in a directory.
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BootstrapError } from '../core/errors.ts';
import { megabytes } from '../core/megabytes.ts';
import { checksumOf } from '../download/checksum.ts';
import type { LoginSite, WebOptions } from '../download/connections.ts';
import type { DownloadProgress } from '../download/download.ts';
import { openWeb, type Web } from '../download/web.ts';
import { readCertificates } from './certificates.ts';
import { withFetchLock } from './fetch-lock.ts';
import type { BundleFile } from './manifest.ts';
import { lookAt, readRecord, unchanged, writeRecord, type RememberedProgram } from './program-record.ts';

export interface SitedProgram {
  /** In the directory. */
  readonly name: string;
  readonly url: string;
  /** URL of its SHA-256, or of a list with it; without one it lies beside the program, with `.sha256` behind. */
  readonly checksum?: string;
  /** What it is called in that list; without it as its file is. */
  readonly row?: string;
}

export interface ProgramRequest {
  readonly programs: readonly SitedProgram[];
  /** Where they stay; made when it is not there. Nobody else may write to it. */
  readonly directory: string;
  /** File with certificates to believe beside those that Node knows. */
  readonly ca?: string | undefined;
  readonly through: Pick<WebOptions, 'proxy' | 'noProxy'>;
  /** Asked for the login of the site when something is to be fetched. */
  readonly site?: (() => Promise<LoginSite>) | undefined;
  /** The programs themselves, too, and not only their digests. */
  readonly whole: boolean;
  /** Keep the digests, although the programs are not fetched: whoever has them is not to ask for them at each run. */
  readonly keepDigests?: boolean;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A checksum file is short; what is longer is something else, such as a page that asks for a login. */
const checksumBytes = 4096;

/**
 * The programs as files of a bundle in that directory. Asks the site only for what is not there yet; without `whole` it
 * writes nothing.
 * @throws BootstrapError `download.failed`, `file.unreadable`, `interrupted`
 */
export async function fetchPrograms(request: ProgramRequest): Promise<readonly BundleFile[]> {
  const held = await heldPrograms(request);
  if (held.every((one) => one !== undefined)) {
    if (request.whole) await remember(request, held);
    return held.map(({ file }) => file);
  }
  const ca = request.ca === undefined ? {} : { ca: await readCertificates(request.ca) };
  const web = openWeb({ ...ca, ...request.through, site: await request.site?.() });
  try {
    if (request.whole) return await fetchMissing(web, request);
    const asked = await askMissing(web, request, held);
    if (request.keepDigests === true) await keepDigests(request, asked);
    return asked;
  } finally {
    await web.close();
  }
}

async function askMissing(
  web: Web,
  { programs, signal }: ProgramRequest,
  held: readonly (HeldProgram | undefined)[],
): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const [index, program] of programs.entries()) {
    const asked = async () => {
      const size = (await web.size(program.url, signal)) ?? 0;
      return fileOf(program, { sha256: await askChecksum(web, program, signal), size });
    };
    files.push(held[index]?.file ?? (await asked()));
  }
  return files;
}

async function keepDigests(request: ProgramRequest, files: readonly BundleFile[]): Promise<void> {
  const { directory } = request;
  await onDisk(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  await withFetchLock(directory, request, async () => {
    const digests = files.map(({ path, sha256, size }) => [path, { sha256, size }] as const);
    const record = { ...(await readRecord(directory)), ...Object.fromEntries(digests) };
    await onDisk(directory, () => writeRecord(directory, record));
  });
}

async function fetchMissing(web: Web, request: ProgramRequest): Promise<readonly BundleFile[]> {
  const { directory, programs } = request;
  await onDisk(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  return withFetchLock(directory, request, async () => {
    const record = { ...(await readRecord(directory)) };
    // Another run may have fetched them meanwhile.
    const held = await heldPrograms(request);
    const files: BundleFile[] = [];
    for (const [index, program] of programs.entries()) {
      const digest = held[index]?.known ?? (await fetchProgram(web, program, request));
      record[program.name] = digest;
      await onDisk(directory, () => writeRecord(directory, record));
      files.push(fileOf(program, digest));
    }
    return files;
  });
}

function fileOf(
  { name }: SitedProgram,
  { sha256, size }: Pick<RememberedProgram, 'sha256' | 'size'>,
): BundleFile {
  return { kind: 'binary', name, path: name, sha256, size };
}

interface HeldProgram {
  readonly file: BundleFile;
  readonly known: RememberedProgram;
}

/** Those that are there as they came. */
async function heldPrograms({
  directory,
  programs,
  keepDigests: isDigestEnough = false,
}: ProgramRequest): Promise<readonly (HeldProgram | undefined)[]> {
  const record = await readRecord(directory);
  return Promise.all(
    programs.map(async (program) => {
      const remembered = record[program.name];
      const known = isDigestEnough ? remembered : await unchanged(directory, program.name, remembered);
      return known === undefined ? undefined : { file: fileOf(program, known), known };
    }),
  );
}

/** Notes what had to be compared, so that it is not again. Where that cannot be written, it is. */
async function remember(request: ProgramRequest, held: readonly HeldProgram[]): Promise<void> {
  const { directory } = request;
  const fresh = Object.fromEntries(held.map(({ file, known }) => [file.name, known]));
  const isNoted = (record: Record<string, RememberedProgram>): boolean =>
    Object.entries(fresh).every(([name, { mark }]) => record[name]?.mark === mark);
  if (isNoted(await readRecord(directory))) return;
  await withFetchLock(directory, request, async () => {
    await writeRecord(directory, { ...(await readRecord(directory)), ...fresh });
  }).catch((error: unknown) => {
    if (error instanceof BootstrapError) throw error;
  });
}

async function askChecksum(
  web: Web,
  { name, url, checksum = `${url}.sha256`, row = name }: SitedProgram,
  signal: AbortSignal,
): Promise<string> {
  const text = await web.text(checksum, { limitBytes: checksumBytes, signal });
  try {
    return checksumOf(text, row);
  } catch (cause) {
    throw new BootstrapError('download.failed', `${checksum} is no checksum: ${(cause as Error).message}`, {
      hint: 'Does the mirror have the paths of the makers, or does a login page answer?',
      cause,
    });
  }
}

/** No program of Kubernetes is as large: an endless answer is not to fill the disk. */
const mostBytes = 1024 ** 3;

async function fetchProgram(
  web: Web,
  program: SitedProgram,
  request: ProgramRequest,
): Promise<RememberedProgram> {
  const { name, url } = program;
  const { directory, report, signal } = request;
  const target = join(directory, name);
  const sha256 = await askChecksum(web, program, signal);
  const known = await web.size(url, signal);
  report(`fetching ${url}${known === undefined ? '' : ` (${megabytes(known)})`}`);
  const onProgress = progressLines(name, known, report);
  await web.download({ url, target, sha256, mostBytes: known ?? mostBytes, signal, onProgress });
  return onDisk(directory, async () => {
    await chmod(target, 0o755);
    return { sha256, ...(await lookAt(target)) };
  });
}

/** What the disk refuses is no bug of ours. */
async function onDisk<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { message } = cause as Error;
    throw new BootstrapError('download.failed', `cannot write to ${directory}: ${message}`, {
      hint: 'What is fetched is kept there. XDG_CACHE_HOME may name a directory that has room, and that you may write to.',
      cause,
    });
  }
}

const tellEveryMs = 5000;

/** Says how far it is, now and then. */
function progressLines(
  name: string,
  size: number | undefined,
  report: (line: string) => void,
): (progress: DownloadProgress) => void {
  let toldAt = performance.now();
  return ({ received }) => {
    if (performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    const all = size === undefined ? '' : ` of ${megabytes(size)}`;
    report(`fetching ${name}: ${megabytes(received)}${all}`);
  };
}
