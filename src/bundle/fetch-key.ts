// The key of a package repository, fetched once and compared with the fingerprint that it must have.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BootstrapError } from '../core/errors.ts';
import type { LoginSite, WebOptions } from '../download/connections.ts';
import { openWeb } from '../download/web.ts';
import { laterCopy, parseOpenPgpKey, type OpenPgpKey } from './openpgp-key.ts';

export interface KeyRequest {
  readonly url: string;
  /** 40 hexadecimal digits, in capitals. */
  readonly fingerprint: string;
  /** Where it stays, an absolute path. */
  readonly cached: string;
  /** PEM of certificates to believe beside those that Node knows. */
  readonly ca?: string | undefined;
  readonly through: Pick<WebOptions, 'proxy' | 'noProxy'>;
  readonly site?: LoginSite | undefined;
  readonly now: Date;
  /** Also keep it; else nothing is written. */
  readonly keep: boolean;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A key has some thousand bytes. */
const limitBytes = 256 * 1024;

/** Kubernetes' makers renew theirs some weeks before its end. */
const soonMs = 30 * 86_400_000;

/**
 * The key, armored. A copy at hand is taken as long as it is valid for a month; then a newer one is looked for.
 * @throws BootstrapError `download.failed` when there is no valid one, or `interrupted`
 */
export async function fetchKey(request: KeyRequest): Promise<string> {
  const { now, cached, report } = request;
  const held = await heldKey(request);
  if (held !== undefined && leftMs(held, now) > soonMs) return held.armored;
  const key = await newest(request, held);
  if (leftMs(key, now) <= soonMs) report(`warning: ${endWords(request, key)}`);
  if (request.keep && key.armored !== held?.armored) await keep(cached, key.armored);
  return key.armored;
}

/** What there is, as long as it is valid, where no other is to be had. */
async function newest(request: KeyRequest, held: OpenPgpKey | undefined): Promise<OpenPgpKey> {
  try {
    const found = await fetchAnew(request);
    // A mirror may be behind.
    return held === undefined ? found : laterCopy(held, found);
  } catch (error) {
    if (held === undefined || leftMs(held, request.now) <= 0) throw error;
    if (!(error instanceof BootstrapError) || error.code !== 'download.failed') throw error;
    request.report(`warning: no newer key: ${error.message}`);
    return held;
  }
}

async function fetchAnew(request: KeyRequest): Promise<OpenPgpKey> {
  const { url, ca, through, site, signal, now, report } = request;
  report(`fetching ${url}`);
  const web = openWeb({ ...(ca === undefined ? {} : { ca }), ...through, site });
  try {
    const key = readKey(await web.text(url, { limitBytes, signal }), request);
    if (leftMs(key, now) > 0) return key;
    throw new BootstrapError('download.failed', endWords(request, key), {
      hint: 'The mirror may have an old copy: renewed ones have the same fingerprint. Does the clock of this machine go right?',
    });
  } finally {
    await web.close();
  }
}

function readKey(text: string, { url, fingerprint }: KeyRequest): OpenPgpKey {
  const key = parsed(text, url);
  if (key.fingerprint === fingerprint) return key;
  throw new BootstrapError(
    'download.failed',
    `${url} is the key ${key.fingerprint} instead of ${fingerprint}`,
    {
      hint: 'Somebody else signs there. Only if that is meant to be so, name it: cluster.kubernetes.source.packages.key, or --key.',
    },
  );
}

function parsed(text: string, url: string): OpenPgpKey {
  try {
    return parseOpenPgpKey(text);
  } catch (cause) {
    throw new BootstrapError('download.failed', `${url} is no key to believe: ${(cause as Error).message}`, {
      hint: 'Does the mirror have the paths of https://pkgs.k8s.io/core:/stable:, or does a login page answer?',
      cause,
    });
  }
}

/** Another fingerprint than the one that is asked for now does not count. */
async function heldKey({ cached, fingerprint }: KeyRequest): Promise<OpenPgpKey | undefined> {
  const text = await readFile(cached, 'utf8').catch(() => '');
  try {
    const key = parseOpenPgpKey(text);
    return key.fingerprint === fingerprint ? key : undefined;
  } catch {
    // It is fetched again.
    return undefined;
  }
}

function leftMs({ expires }: OpenPgpKey, now: Date): number {
  return expires === undefined ? Infinity : expires.getTime() - now.getTime();
}

function endWords({ url, now }: KeyRequest, { expires }: OpenPgpKey): string {
  const isOver = expires !== undefined && expires <= now;
  const day = expires?.toISOString().slice(0, 10) ?? '';
  return `the key ${url} ${isOver ? 'has expired' : 'expires'} on ${day}${isOver ? '' : ': hosts will refuse its packages then'}`;
}

/** What cannot be kept is fetched the next time. */
async function keep(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch {
    // The disk is full, or not ours.
  }
}
