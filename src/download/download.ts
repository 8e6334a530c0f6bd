// Fetches a file whose SHA-256 is known: goes on where an earlier try has stopped, and keeps nothing that is wrong.
import { rm, stat } from 'node:fs/promises';
import { BootstrapError } from '../core/errors.ts';
import { WebFailure } from './failure.ts';
import { PartFile, sha256OfFile } from './part-file.ts';
import type { Answer, WebRequest } from './request.ts';
import { withTries, type TryOptions } from './tries.ts';

export interface Download {
  readonly url: string;
  /** Where the file is to be. Its directory must be there, and nobody else may fetch to the same place meanwhile. */
  readonly target: string;
  /** In hex. */
  readonly sha256: string;
  /** A longer answer is refused. */
  readonly mostBytes?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

export interface DownloadProgress {
  /** Bytes of the file that are there, those of earlier tries as well. */
  readonly received: number;
  /** Bytes of the whole file, where the server tells. */
  readonly total: number | undefined;
}

/** Sends one request; `web.ts` has it. */
export type Ask = (url: string, asked: WebRequest) => Promise<Answer>;

interface Work extends Download {
  readonly part: string;
  readonly ask: Ask;
  readonly now: () => Date;
  /** What the server calls the file's state: of an answer of this call, so that another file is not appended to it. */
  validator: string | undefined;
}

/**
 * Does nothing when the file is there already.
 * @throws BootstrapError `download.failed` or `interrupted`; what was fetched so far is kept in TARGET.part, unless it is
 *   known to be wrong
 */
export async function download(
  ask: Ask,
  options: Omit<TryOptions, 'url' | 'signal'>,
  wanted: Download,
): Promise<void> {
  const { url, target, signal } = wanted;
  const sha256 = wanted.sha256.toLowerCase();
  if ((await sha256OfFile(target)) === sha256) return;
  const part = `${target}.part`;
  const work: Work = { ...wanted, sha256, part, ask, now: () => options.clock.date(), validator: undefined };
  try {
    await withTries({ ...options, url, signal }, (trySignal, heard) => fetchOnce(work, trySignal, heard));
  } catch (error) {
    throw await withRest(error, part);
  }
}

/** One try, from an empty file or from what is there to the finished file. */
async function fetchOnce(work: Work, signal: AbortSignal, heard: () => void): Promise<void> {
  const part = await PartFile.open(work.part);
  heard();
  try {
    if (part.sha256() !== work.sha256) {
      const isResumed = await receive(work, part, signal, heard);
      // The beginning may be of another file.
      if (isResumed && part.sha256() !== work.sha256) {
        await part.restart();
        await receive(work, part, signal, heard);
      }
    }
    if (part.sha256() !== work.sha256) {
      await part.remove();
      throw wrongChecksum(part.sha256(), work.sha256);
    }
    await part.finish(work.target);
  } finally {
    await part.close();
  }
}

/** Gets what is missing, or everything when the server wants it so; tells whether something was there before. */
async function receive(work: Work, part: PartFile, signal: AbortSignal, heard: () => void): Promise<boolean> {
  const headers = part.size === 0 ? {} : rangeHeaders(part.size, work.validator);
  const answer = await work.ask(work.url, { method: 'GET', headers, signal, heard });
  const isRest = answer.status === 206 && firstByte(answer) === part.size;
  if (answer.status !== 200 && !isRest) {
    answer.drop();
    // The server has no such rest, or has misunderstood.
    if (part.size === 0 || ![206, 416].includes(answer.status)) throw answer.failure(work.now());
    await part.restart();
    return receive(work, part, signal, heard);
  }
  if (!isRest && part.size > 0) await part.restart();
  work.validator = validatorOf(answer);
  const isResumed = part.size > 0;
  await append(work, part, answer);
  return isResumed;
}

async function append(
  { onProgress, mostBytes = Infinity }: Work,
  part: PartFile,
  answer: Answer,
): Promise<void> {
  const length = numberIn(answer.header('content-length'));
  const total = length === undefined ? undefined : part.size + length;
  for await (const piece of answer.body) {
    if (part.size + piece.length > mostBytes) {
      await part.remove();
      throw tooLong(mostBytes);
    }
    await part.append(piece);
    onProgress?.({ received: part.size, total });
  }
}

/** A server whose file has changed since gives all of it. */
function rangeHeaders(start: number, validator: string | undefined): Record<string, string> {
  const range = { range: `bytes=${start}-` };
  return validator === undefined ? range : { ...range, 'if-range': validator };
}

/** A weak ETag does not promise the same bytes. */
function validatorOf(answer: Answer): string | undefined {
  const tag = answer.header('etag');
  return tag === undefined || tag.startsWith('W/') ? answer.header('last-modified') : tag;
}

function firstByte(answer: Answer): number | undefined {
  return numberIn(/^bytes (\d+)-/.exec(answer.header('content-range') ?? '')?.[1]);
}

/** A whole number as a header has it. */
export function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function tooLong(mostBytes: number): WebFailure {
  return new WebFailure(`it is longer than ${mostBytes} bytes`, {
    hint: 'The mirror is broken, or somebody on the way has changed it. Nothing of it was used.',
  });
}

function wrongChecksum(found: string, wanted: string): WebFailure {
  return new WebFailure(`its SHA-256 is ${found} instead of ${wanted}`, {
    hint: 'Somebody on the way has changed it, or the mirror is broken. Nothing of it was used.',
  });
}

/** The error, which also tells what is left for the next time. */
async function withRest(error: unknown, part: string): Promise<unknown> {
  const size = await stat(part).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === 0) await rm(part, { force: true });
  if (!(error instanceof BootstrapError) || size === undefined || size === 0) return error;
  const hint = `${error.hint ?? ''} What was fetched so far is kept in ${part}: the next time goes on from there.`;
  return error.with({ hint: hint.trim() });
}
