// Programs that are fetched from a site that has the SHA-256 of each beside it, once: they stay in a directory.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BootstrapError } from '../core/errors.ts';
import { megabytes } from '../core/megabytes.ts';
import { checksumOf } from '../download/checksum.ts';
import type { LoginSite, WebOptions } from '../download/connections.ts';
import type { DownloadProgress } from '../download/download.ts';
import { openWeb, type Web } from '../download/web.ts';
import { readCertificates } from './certificates.ts';
import { withFetchLock } from './fetch-lock.ts';
import type { BundleFile } from './manifest.ts';

export interface SitedProgram {
  readonly name: string;
  /** With `.sha256` behind it, that of its SHA-256. */
  readonly url: string;
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
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A checksum file is short; what is longer is something else, such as a page that asks for a login. */
const checksumBytes = 4096;

const recordFile = 'digests.json';
const recordSchema = z.record(
  z.string(),
  z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.int().positive() }),
);
type Digest = Readonly<z.output<typeof recordSchema>[string]>;

/**
 * The programs as files of a bundle in that directory. Asks the site only for what is not there yet; without `whole` it
 * writes nothing.
 * @throws BootstrapError `download.failed`, `file.unreadable`, `interrupted`
 */
export async function fetchPrograms(request: ProgramRequest): Promise<readonly BundleFile[]> {
  const held = await heldFiles(request);
  if (held.every((file) => file !== undefined)) return held;
  const ca = request.ca === undefined ? {} : { ca: await readCertificates(request.ca) };
  const web = openWeb({ ...ca, ...request.through, site: await request.site?.() });
  try {
    return request.whole ? await fetchMissing(web, request) : await askMissing(web, request, held);
  } finally {
    await web.close();
  }
}

async function askMissing(
  web: Web,
  { programs, signal }: ProgramRequest,
  held: readonly (BundleFile | undefined)[],
): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const [index, program] of programs.entries()) {
    const asked = async () => {
      const size = (await web.size(program.url, signal)) ?? 0;
      return fileOf(program, { sha256: await askChecksum(web, program, signal), size });
    };
    files.push(held[index] ?? (await asked()));
  }
  return files;
}

async function fetchMissing(web: Web, request: ProgramRequest): Promise<readonly BundleFile[]> {
  const { directory, programs } = request;
  await onDisk(directory, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  return withFetchLock(directory, request, async () => {
    const record = { ...(await readRecord(directory)) };
    // Another run may have fetched them meanwhile.
    const held = await heldFiles(request);
    const files: BundleFile[] = [];
    for (const [index, program] of programs.entries()) {
      const digest = held[index] ?? (await fetchProgram(web, program, request));
      record[program.name] = { sha256: digest.sha256, size: digest.size };
      await onDisk(directory, () => writeRecord(directory, record));
      files.push(fileOf(program, digest));
    }
    return files;
  });
}

function fileOf({ name }: SitedProgram, { sha256, size }: Digest): BundleFile {
  return { kind: 'binary', name, path: name, sha256, size };
}

/** Those that are there: they were compared when they came, and hosts compare what is sent to them once more. */
async function heldFiles({
  directory,
  programs,
}: ProgramRequest): Promise<readonly (BundleFile | undefined)[]> {
  const record = await readRecord(directory);
  return Promise.all(
    programs.map(async (program) => {
      const found = await stat(join(directory, program.name)).catch(() => undefined);
      const digest = record[program.name];
      return digest !== undefined && found?.size === digest.size ? fileOf(program, digest) : undefined;
    }),
  );
}

async function askChecksum(web: Web, { name, url }: SitedProgram, signal: AbortSignal): Promise<string> {
  const text = await web.text(`${url}.sha256`, { limitBytes: checksumBytes, signal });
  return readChecksum(text, name, url);
}

function readChecksum(text: string, name: string, url: string): string {
  try {
    return checksumOf(text, name);
  } catch (cause) {
    throw new BootstrapError('download.failed', `${url}.sha256 is no checksum: ${(cause as Error).message}`, {
      hint: 'Does the mirror have the paths of https://dl.k8s.io, or does a login page answer?',
      cause,
    });
  }
}

/** No program of Kubernetes is as large: an endless answer is not to fill the disk. */
const mostBytes = 1024 ** 3;

async function fetchProgram(web: Web, program: SitedProgram, request: ProgramRequest): Promise<Digest> {
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
    return { sha256, size: (await stat(target)).size };
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

async function readRecord(directory: string): Promise<Record<string, Digest>> {
  const text = await readFile(join(directory, recordFile), 'utf8').catch(() => '{}');
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    // It is asked for again.
    return {};
  }
}

async function writeRecord(directory: string, known: Readonly<Record<string, Digest>>): Promise<void> {
  const path = join(directory, recordFile);
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(unfinished, `${JSON.stringify(known, undefined, 2)}\n`);
  await rename(unfinished, path);
}
