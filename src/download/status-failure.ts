// What it means that a server or a proxy answers with another status than was hoped for.
import { STATUS_CODES } from 'node:http';
import { WebFailure } from './failure.ts';

/** That of most interest first: who answers so, and what was asked. */
export interface StatusAnswer {
  readonly status: number;
  /** The host and port that answered, or "the proxy HOST:PORT". */
  readonly by: string;
  readonly retryAfter?: number | undefined;
  /** What users call the setting with a login for that host, where there is one. */
  readonly loginSetting?: string | undefined;
}

/** Too early, too often, too busy: the same request may be answered a little later. */
const passing = [408, 425, 429, 500, 502, 503, 504];

const login = 'Is a login needed there?';

const hints: Readonly<Record<number, string>> = {
  401: `${login} Then use a mirror that wants none.`,
  403: `${login} Some servers also answer so for files that they do not have: look for a typing error.`,
  404: 'Is there such a version? A mirror must have its files in the same places as dl.k8s.io.',
  407: 'The proxy wants a login, or another one: https_proxy=http://USER:PASSWORD@HOST:PORT.',
  410: 'The server does not have this file any more. Is there such a version?',
  429: 'The server gets too many requests. Try again later, or use a mirror.',
};

export function statusFailure({ status, by, retryAfter, loginSetting }: StatusAnswer): WebFailure {
  const words = `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  const wait = retryAfter === undefined ? '' : `, and asks to wait for ${retryAfter} s`;
  return new WebFailure(`${by} answers ${words}${wait}`, {
    hint: loginHint(status, loginSetting) ?? hints[status] ?? otherHint(status),
    isPassing: passing.includes(status),
    isUnreached: status >= 500,
    retryAfter,
  });
}

function loginHint(status: number, setting: string | undefined): string | undefined {
  if (setting === undefined) return undefined;
  if (status === 401) return `Give the login, or the right one: ${setting}.`;
  if (status !== 403) return undefined;
  return `This user may not have it, or nobody may without a login: see ${setting}. Some servers also answer so for files that they do not have.`;
}

function otherHint(status: number): string {
  return status >= 500
    ? 'That is a problem of the server, or of a proxy in front of it. Try again later, or use a mirror.'
    : 'Is the URL right?';
}

/** Seconds to wait, from the header Retry-After: a number or a date. */
export function retryAfterSeconds(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const seconds = Math.ceil((Date.parse(header) - now.getTime()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
