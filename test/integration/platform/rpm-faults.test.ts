// Repositories of rpm packages as bad as sites are, with the real dnf (by https, with a CA of ours) and zypper (by http:
// its https is tested with its logins).
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RpmFamily } from '../../../src/platform/kubernetes-rpms.ts';
import { RpmRoot } from '../../support/rpm-root.ts';
import { RpmSite } from '../../support/rpm-site.ts';
import { makeSigningKey, type SigningKey } from '../../support/signing-key.ts';
import { makeCertificates } from '../../support/web-certificates.ts';
import { file, firstBytes, serve, status, type WebServer } from '../../support/web-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'rpmf-'));
const names = ['kubectl'];
let signer: SigningKey;
let place: string;
let ca: string;
let sites: Readonly<Record<RpmFamily, WebServer>>;
/** What they answer to requests for packages, and to all others. */
let packages: RequestListener;
let index: RequestListener;
let roots = 0;

beforeAll(async () => {
  signer = makeSigningKey(join(directory, 'signer'), { made: '20240101T000000', lifetime: 'never' });
  const site = new RpmSite(directory);
  site.build(['1.37.2']);
  place = site.publish('site', '1.37', signer).replace('file://', '');
  const certificates = makeCertificates(directory);
  ({ ca } = certificates);
  const answer: RequestListener = (request, response) => {
    (request.url?.endsWith('.rpm') === true ? packages : index)(request, response);
  };
  sites = { rhel: await serve(answer, certificates.good), suse: await serve(answer) };
});

beforeEach(() => {
  packages = index = good;
});

afterAll(async () => {
  await Promise.all([sites.rhel.close(), sites.suse.close()]);
  signer.close();
  rmSync(directory, { recursive: true });
});

const read = (url = '/') => readFileSync(join(place, decodeURIComponent(url)));

const good: RequestListener = (request, response) => {
  if (existsSync(join(place, decodeURIComponent(request.url ?? '/'))))
    file(read(request.url))(request, response);
  else status(404)(request, response);
};

/** Some of what is asked for, and then the end of the connection. */
const cut: RequestListener = (request, response) => {
  firstBytes(100, read(request.url))(request, response);
  setImmediate(() => response.destroy());
};

const truncated: RequestListener = (request, response) => {
  const content = read(request.url);
  file(content.subarray(0, content.length / 2))(request, response);
};

const changed: RequestListener = (request, response) => {
  const content = read(request.url);
  content[content.length - 100] = (content.at(-100) ?? 0) ^ 1;
  file(content)(request, response);
};

const slow: RequestListener = (request, response) => {
  const content = read(request.url);
  response.writeHead(200, { 'content-length': content.length });
  const step = Math.ceil(content.length / 3);
  const send = (at: number): void => {
    response.write(content.subarray(at, at + step));
    if (at + step < content.length) setTimeout(send, 500, at + step);
    else response.end();
  };
  send(0);
};

interface Fault {
  readonly what: string;
  readonly packages?: RequestListener;
  readonly index?: RequestListener;
  /** What dnf says, and what zypper says. */
  readonly says: Readonly<Record<RpmFamily, RegExp>>;
}

const damaged = { rhel: /checksum doesn't match/, suse: /seems to be corrupted during transfer/ };

const faults: readonly Fault[] = [
  { what: 'has a part of the packages', packages: truncated, says: damaged },
  { what: 'has other packages than it says', packages: changed, says: damaged },
  { what: 'wants a login', index: status(401), says: { rhel: /Status code: 401/, suse: /error: 401/ } },
  {
    what: 'has no such repository',
    index: status(404),
    says: { rhel: /Status code: 404/, suse: /Valid metadata not found at specified URL/ },
  },
  {
    what: 'has lost its packages',
    packages: status(404),
    says: { rhel: /Status code: 404/, suse: /\.rpm' not found on medium/ },
  },
  { what: 'has too much to do', index: status(429), says: { rhel: /Status code: 429/, suse: /error: 429/ } },
];

describe.each(['rhel', 'suse'] as const)('%s: a repository that', { timeout: 180_000 }, (family) => {
  const newRoot = () => new RpmRoot(`r${++roots}`, family, { directory, packages: names });
  const use = (root: RpmRoot) => root.use(sites[family].url, signer, { ca: family === 'rhel' ? ca : null });

  it.each(faults)('$what installs nothing, and the next run goes on', async (fault) => {
    packages = fault.packages ?? good;
    index = fault.index ?? good;
    const root = newRoot();
    await use(root);
    const failed = await root.install(names, '1.37.2');
    expect(failed.status, failed.output).not.toBe(0);
    expect(failed.output).toMatch(fault.says[family]);
    expect(await root.installed()).toEqual({});
    packages = index = good;
    expect(await root.install(names, '1.37.2')).toMatchObject({ status: 0 });
    expect(await root.installed()).toEqual({ kubectl: '1.37.2-150500.1.1' });
  });

  it('is slow is waited for', async () => {
    packages = slow;
    const root = newRoot();
    await use(root);
    expect(await root.install(names, '1.37.2')).toMatchObject({ status: 0 });
  });

  it('does not fit on the disk installs nothing, and the next run goes on', async () => {
    const root = newRoot();
    const cache = join(root.path, 'var/cache');
    mkdirSync(cache, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', cache]);
    try {
      await use(root);
      const failed = await root.install(names, '1.37.2');
      expect(failed.status, failed.output).not.toBe(0);
      expect(await root.installed()).toEqual({});
    } finally {
      execFileSync('umount', [cache]);
    }
    expect(await root.install(names, '1.37.2')).toMatchObject({ status: 0 });
  });
});

// zypper tries both again and again, for minutes.
it.each([
  ['says nothing', { index: () => undefined }, /Timeout was reached for/],
  ['cuts packages in the middle', { packages: cut }, /Failure when receiving data from the peer/],
])('rhel: a repository that %s is given up, and the next run goes on', async (what, answers, says) => {
  ({ packages, index } = { packages: good, index: good, ...answers });
  const root = new RpmRoot(what.slice(0, 4), 'rhel', { directory, packages: names, seconds: 5 });
  await root.use(sites.rhel.url, signer, { ca });
  const failed = await root.install(names, '1.37.2');
  expect(failed.status).not.toBe(0);
  expect(failed.output).toMatch(says);
  expect(await root.installed()).toEqual({});
  packages = index = good;
  root.patience(30);
  expect(await root.install(names, '1.37.2')).toMatchObject({ status: 0 });
});
