// What is fetched from web servers: short texts, sizes, and files whose SHA-256 is known.
import { systemClock, type Clock } from '../core/clock.ts';
import { Connections, type WebOptions } from './connections.ts';
import { download, numberIn, type Ask, type Download } from './download.ts';
import { WebFailure } from './failure.ts';
import { request, type Answer } from './request.ts';
import { withTries, type Try } from './tries.ts';

export interface TextLimits {
  /** A larger answer is refused. */
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Connections to web servers. What passes by is tried three times, and redirections are followed, but not from https to
 * http. All methods throw BootstrapError `download.failed`, or `interrupted` when their signal was aborted.
 */
export interface Web {
  /** A short text in UTF-8. */
  text(url: string, limits: TextLimits): Promise<string>;
  /** The size in bytes; undefined when the server does not tell. */
  size(url: string, signal: AbortSignal): Promise<number | undefined>;
  /** Makes the file be there; nothing is fetched when it is. */
  download(wanted: Download): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

export interface WebTiming {
  readonly clock?: Clock;
  /** How long nothing may come before a connection counts as lost. */
  readonly silenceMs?: number;
}

/** What servers answer that know GET alone. */
const hasNoHead = [405, 501];

/** Connects to nothing yet. */
export function openWeb(options: WebOptions = {}, timing: WebTiming = {}): Web {
  const { clock = systemClock, silenceMs = 60_000 } = timing;
  const connections = new Connections(options);
  const ask: Ask = (url, asked) => request(connections, url, asked);
  const withAnswer = <T>(url: string, signal: AbortSignal, work: Try<T>): Promise<T> =>
    withTries({ clock, silenceMs, url, signal }, work);
  return {
    text: (url, { limitBytes, signal: outer }) =>
      withAnswer(url, outer, async (signal, heard) => {
        const answer = await ask(url, { method: 'GET', signal, heard });
        if (answer.status === 200) return readText(answer, limitBytes);
        answer.drop();
        throw answer.failure(clock.date());
      }),
    size: (url, outer) =>
      withAnswer(url, outer, async (signal, heard) => {
        const answer = await ask(url, { method: 'HEAD', signal, heard });
        answer.drop();
        if (answer.status === 200) return numberIn(answer.header('content-length'));
        if (hasNoHead.includes(answer.status)) return undefined;
        throw answer.failure(clock.date());
      }),
    download: (wanted) => download(ask, { clock, silenceMs }, wanted),
    close: () => connections.close(),
  };
}

/** One piece more than the limit is enough to know. */
async function readText(answer: Answer, limitBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer.body) {
    pieces.push(piece);
    size += piece.length;
    if (size > limitBytes) {
      const hint = 'It is not what was expected there. Is the URL right, or does a login page answer?';
      throw new WebFailure(`it is larger than ${limitBytes} bytes`, { hint });
    }
  }
  return Buffer.concat(pieces).toString('utf8');
}
