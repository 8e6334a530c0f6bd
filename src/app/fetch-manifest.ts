// Fetches a manifest that the inventory names by its URL: within a deadline, and never more than the limit.
import { BootstrapError } from '../core/errors.ts';
import { maxSourceBytes } from '../source/decode.ts';

const deadlineMs = 30_000;

/**
 * The bytes behind an http or https URL; redirections are followed.
 * @throws BootstrapError `file.unreadable`
 */
export async function fetchManifest(url: string, deadline = deadlineMs): Promise<Buffer> {
  const signal = AbortSignal.timeout(deadline);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`the server says ${response.status} ${response.statusText}`.trim());
    return await readLimited(response);
  } catch (cause) {
    const reason = signal.aborted ? `no answer within ${deadline / 1000} s` : reasonOf(cause);
    throw new BootstrapError('file.unreadable', `${url} cannot be fetched: ${reason}`, {
      hint: 'Is it right, and can this machine reach it? If not, download it elsewhere and name the file.',
      cause,
    });
  }
}

/** One piece more than the limit is enough to know. */
async function readLimited({ body }: Response): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    pieces.push(piece);
    size += piece.length;
    if (size > maxSourceBytes) throw new Error(`it is larger than ${maxSourceBytes / 1024 / 1024} MiB`);
  }
  return Buffer.concat(pieces);
}

/** fetch() itself says only "fetch failed". */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
