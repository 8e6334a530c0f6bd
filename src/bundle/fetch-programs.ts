// Programs that are fetched from a site that has the SHA-256 of each beside it, once: they stay in a directory.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BootstrapError } from '../core/errors.ts';
import { megabytes } from '../core/megabytes.ts';
import { checksumOf } from '../download/checksum.ts';
import type { WebOptions } from '../download/connections.ts';
import type { DownloadProgress } from '../download/download.ts';
import { openWeb, type Web } from '../download/web.ts';
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
type Digest = z.output<typeof recordSchema>[string];

/**
 * The programs as files of a bundle in that directory. Asks the site only for what is not there yet.
 * @throws BootstrapError `download.failed`, `file.unreadable`, `interrupted`
 */
export async function fetchPrograms(request: ProgramRequest): Promise<readonly BundleFile[]> {
  const { directory, programs } = request;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const ca = request.ca === undefined ? {} : { ca: await readCertificates(request.ca) };
  const web = openWeb({ ...ca, ...request.through });
  try {
    const record = await readRecord(directory);
    const files: BundleFile[] = [];
    for (const program of programs) {
      const held = await heldDigest(directory, program, record);
      const digest = held ?? (await askDigest(web, program, request));
      if (held === undefined && request.whole) {
        await fetchProgram(web, program, digest, request);
        record[program.name] = digest;
        await writeRecord(directory, record);
      }
      files.push({ kind: 'binary', name: program.name, path: program.name, ...digest });
    }
    return files;
  } finally {
    await web.close();
  }
}

async function askDigest(web: Web, { name, url }: SitedProgram, { signal }: ProgramRequest): Promise<Digest> {
  const text = await web.text(`${url}.sha256`, { limitBytes: checksumBytes, signal });
  const size = await web.size(url, signal);
  if (size === undefined || size === 0) {
    throw new BootstrapError(
      'download.failed',
      `${url} cannot be fetched: the server does not say how long it is`,
      {
        hint: 'A server of files says so (Content-Length). Look what answers there.',
      },
    );
  }
  return { sha256: readChecksum(text, name, url), size };
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

/** Of a program that is there: it was compared when it came, and hosts compare what is sent to them once more. */
async function heldDigest(
  directory: string,
  { name }: SitedProgram,
  record: Readonly<Record<string, Digest>>,
): Promise<Digest | undefined> {
  const found = await stat(join(directory, name)).catch(() => undefined);
  const digest = record[name];
  return digest !== undefined && found?.size === digest.size ? digest : undefined;
}

async function fetchProgram(
  web: Web,
  { name, url }: SitedProgram,
  { sha256, size }: Digest,
  { directory, report, signal }: ProgramRequest,
): Promise<void> {
  const target = join(directory, name);
  report(`fetching ${url} (${megabytes(size)})`);
  await web.download({ url, target, sha256, signal, onProgress: progressLines(name, size, report) });
  await chmod(target, 0o755);
}

const tellEveryMs = 5000;

/** Says how far it is, now and then. */
function progressLines(
  name: string,
  size: number,
  report: (line: string) => void,
): (progress: DownloadProgress) => void {
  let toldAt = performance.now();
  return ({ received }) => {
    if (performance.now() - toldAt < tellEveryMs) return;
    toldAt = performance.now();
    report(`fetching ${name}: ${megabytes(received)} of ${megabytes(size)}`);
  };
}

async function readCertificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new BootstrapError('file.unreadable', `cannot read ${path}: ${(cause as Error).message}`, {
      hint: 'It is to hold certificates in PEM, and to be readable for you.',
      cause,
    });
  }
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
