// One request and its redirections, until the answer that is none. No login goes where it was not meant to go.
import { defined } from '../core/defined.ts';
import { connectionFailure, peerOf, type Way } from './connection-failure.ts';
import type { Connections } from './connections.ts';
import { WebFailure } from './failure.ts';
import { retryAfterSeconds, statusFailure } from './status-failure.ts';
import { basicLogin, parseWebUrl, shownUrl } from './urls.ts';

export interface WebRequest {
  readonly method: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called at each sign of life. */
  readonly heard: () => void;
}

export interface Answer {
  readonly status: number;
  /** Undefined for a header that is not there. */
  header(name: string): string | undefined;
  /** To be read once, or to be dropped. */
  readonly body: AsyncIterable<Buffer>;
  drop(): void;
  /** The failure that this status is. */
  failure(now: Date): WebFailure;
}

const redirects = [301, 302, 303, 307, 308];
const maxRedirects = 10;

/**
 * Asks, and follows redirections.
 * @throws WebFailure when there is no answer, or a redirection leads astray
 */
export async function request(connections: Connections, first: string, asked: WebRequest): Promise<Answer> {
  const start = parseWebUrl(first);
  if (start === undefined) {
    throw new WebFailure('it is no http or https URL', { hint: 'Look for a typing error.' });
  }
  let url = start;
  for (let followed = 0; ; followed++) {
    // Only where it was meant for: to the host, port and scheme that it stands with.
    const login = (url.origin === start.origin ? basicLogin(start) : undefined) ?? connections.loginTo(url);
    const answer = await send(connections, url, login, asked);
    const location = answer.header('location');
    if (!redirects.includes(answer.status) || location === undefined) return answer;
    answer.drop();
    if (followed === maxRedirects) {
      throw new WebFailure(`it leads to more than ${maxRedirects} other addresses`, { hint: serversFault });
    }
    url = redirected(url, location);
  }
}

const serversFault = 'That is a mistake of the server. Use a mirror, or the address that it should lead to.';

function redirected(from: URL, location: string): URL {
  const to = parseWebUrl(location, from);
  if (to === undefined) {
    throw new WebFailure('it leads to something that is no http or https URL', { hint: serversFault });
  }
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new WebFailure(`it leads from https to http: ${shownUrl(to.href)}`, {
      hint: 'Nothing protects what comes by http, so this is not followed. Use a mirror, or the address that is meant.',
    });
  }
  return to;
}

/**
 * In bytes; more than any file that is fetched, so that the connection is never held back: undici 7.30 ends the program
 * when a server closes the connection just then (assert(!this.paused) in Parser.finish).
 */
const neverFull = 2 ** 31;

async function send(
  connections: Connections,
  url: URL,
  login: string | undefined,
  { method, headers, signal, heard }: WebRequest,
): Promise<Answer> {
  const { dispatcher, proxy } = await connections.carrierTo(url);
  const way: Way = { host: url.host, proxy };
  try {
    const response = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: {
        'user-agent': 'ipvs-bootstrap',
        'accept-encoding': 'identity',
        ...headers,
        ...defined({ authorization: login }),
      },
      signal,
      highWaterMark: neverFull,
      // Whoever asks watches the silence.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    heard();
    return answerOf(response, { ...way, loginSetting: connections.siteOf(url)?.setting }, heard);
  } catch (error) {
    throw connectionFailure(error, way) ?? error;
  }
}

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: AsyncIterable<unknown> & {
    on(event: 'error', listener: () => void): unknown;
    destroy(): unknown;
  };
}

interface AnswerWay extends Way {
  /** What users call the setting with a login for the host. */
  readonly loginSetting: string | undefined;
}

function answerOf({ statusCode, headers, body }: Response, way: AnswerWay, heard: () => void): Answer {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    status: statusCode,
    header,
    body: pieces(body, way, heard),
    drop: () => {
      // It tells of its early end as an error.
      body.on('error', () => undefined);
      body.destroy();
    },
    failure: (now) =>
      statusFailure({
        status: statusCode,
        by: statusCode === 407 ? peerOf(way) : way.host,
        retryAfter: retryAfterSeconds(header('retry-after'), now),
        loginSetting: way.loginSetting,
      }),
  };
}

async function* pieces(body: AsyncIterable<unknown>, way: Way, heard: () => void): AsyncIterable<Buffer> {
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      heard();
      yield piece;
    }
  } catch (error) {
    throw connectionFailure(error, way) ?? error;
  }
}
