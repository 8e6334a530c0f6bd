// Files: fetched once, resumed after a cut, kept only when they are right.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rootPrefix } from '../../../src/local/programs/program.ts';
import type { Download, DownloadProgress } from '../../../src/download/download.ts';
import { firstBytes, file, inTurn, serve, sha256, status, type WebServer } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
const content = randomBytes(1_000_000);
const target = join(world.directory, 'kubeadm');
const part = `${target}.part`;

beforeEach(() => {
  for (const path of [target, part]) rmSync(path, { recursive: true, force: true });
});
afterEach(() => world.endTest());
afterAll(() => {
  world.end();
});

async function server(...answers: readonly RequestListener[]): Promise<WebServer> {
  return world.use(serve(inTurn(...answers)));
}

async function fetchFrom({ url }: WebServer, changes: Partial<Download> = {}): Promise<void> {
  const { signal } = world;
  await world.web().download({ url: `${url}/kubeadm`, target, sha256: sha256(content), signal, ...changes });
}

/** What was asked for with each request. */
function ranges({ requests }: WebServer): readonly (string | undefined)[] {
  return requests.map(({ headers }) => headers.range);
}

/** Cuts the connection each time so many bytes more have come. */
function cutEvery(bytes: number, from: WebServer): (progress: DownloadProgress) => void {
  return ({ received }) => {
    if (received % bytes === 0) from.cut();
  };
}

function expectDone(): void {
  expect(readFileSync(target).equals(content)).toBe(true);
  expect(existsSync(part)).toBe(false);
}

// undici 7.30 ends the program when such a server is through while it holds back (assert(!this.paused)).
it('is fetched from servers that close the connection behind it, however slow the disk is', async () => {
  const large = randomBytes(300_000);
  const from = await server((request, response) => {
    response.setHeader('connection', 'close');
    file(large)(request, response);
  });
  for (let turn = 0; turn < 20; turn += 1) {
    rmSync(target, { force: true });
    await fetchFrom(from, { sha256: sha256(large) });
  }
  expect(readFileSync(target).equals(large)).toBe(true);
});

it('is fetched, with its progress', async () => {
  const seen: DownloadProgress[] = [];
  const from = await server(file(content));
  await fetchFrom(from, {
    onProgress: (progress) => {
      // For its owner alone until it is known to be right.
      expect(statSync(part).mode & 0o777).toBe(0o600);
      seen.push(progress);
    },
  });
  expectDone();
  expect(statSync(target).mode & 0o777).toBe(0o644);
  expect(seen.at(-1)).toEqual({ received: content.length, total: content.length });
  expect(seen.map(({ received }) => received)).toEqual(
    seen.map(({ received }) => received).toSorted((first, second) => first - second),
  );
});

it('is not fetched again when it is there', async () => {
  writeFileSync(target, content);
  const from = await server(status(500));
  await fetchFrom(from, { sha256: sha256(content).toUpperCase() });
  expect(from.requests).toEqual([]);
});

it('takes the place of another file, in one step', async () => {
  writeFileSync(target, 'an older version');
  const old = statSync(target).ino;
  await fetchFrom(await server(file(content)), {
    onProgress: () => {
      expect(readFileSync(target, 'utf8')).toBe('an older version');
    },
  });
  expectDone();
  expect(statSync(target).ino).not.toBe(old);
});

it('may be empty', async () => {
  await fetchFrom(await server(file(Buffer.alloc(0))), { sha256: sha256(Buffer.alloc(0)) });
  expect(statSync(target).size).toBe(0);
});

describe('after a cut', () => {
  it('is resumed, so that no byte comes twice', async () => {
    const headers = { etag: '"a1"' };
    const from = await server(
      firstBytes(300_000, content, headers),
      firstBytes(300_000, content, headers),
      file(content, headers),
    );
    await fetchFrom(from, { onProgress: cutEvery(300_000, from) });
    expectDone();
    expect(ranges(from)).toEqual([undefined, 'bytes=300000-', 'bytes=600000-']);
    expect(from.requests.map((request) => request.headers['if-range'])).toEqual([undefined, '"a1"', '"a1"']);
    expect(world.clock.sleeps).toEqual([1000, 5000]);
  });

  it('is resumed with the date where the server has no ETag that promises the same bytes', async () => {
    const date = 'Wed, 01 Jan 2025 00:00:00 GMT';
    const headers = { etag: 'W/"a1"', 'last-modified': date };
    const from = await server(firstBytes(300_000, content, headers), file(content, headers));
    await fetchFrom(from, { onProgress: cutEvery(300_000, from) });
    expectDone();
    expect(from.requests[1]?.headers['if-range']).toBe(date);
  });

  it('is resumed also when the server ends it politely', async () => {
    const tooShort: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000), () => response.socket?.end());
    };
    await fetchFrom(await server(tooShort, file(content)));
    expectDone();
    expect(world.clock.sleeps).toEqual([1000]);
  });

  it('is given up after three times, and what came is kept', async () => {
    const from = await server(firstBytes(100_000, content));
    const error = await failure(fetchFrom(from, { onProgress: cutEvery(100_000, from) }));
    expect(error.message).toMatch(/: the connection to 127\.0\.0\.1:\d+ was cut \(tried 3 times\)$/);
    expect(error.hint).toContain(`What was fetched so far is kept in ${part}`);
    expect(ranges(from)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(readFileSync(part).equals(content.subarray(0, 300_000))).toBe(true);
    expect(statSync(part).mode & 0o777).toBe(0o600);
    expect(existsSync(target)).toBe(false);
  });

  it('is resumed the next time', async () => {
    writeFileSync(part, content.subarray(0, 999_999), { mode: 0o666 });
    const from = await server(file(content));
    await fetchFrom(from);
    expectDone();
    expect(ranges(from)).toEqual(['bytes=999999-']);
  });

  it('is only put in its place when nothing is missing any more', async () => {
    writeFileSync(part, content);
    const from = await server(status(500));
    await fetchFrom(from);
    expectDone();
    expect(from.requests).toEqual([]);
  });

  it('is fetched whole from a server that cannot resume', async () => {
    writeFileSync(part, content.subarray(0, 1000));
    const whole: RequestListener = (_, response) => response.end(content);
    await fetchFrom(await server(whole));
    expectDone();
  });

  it('is fetched anew when the server gives another rest than was asked for', async () => {
    writeFileSync(part, content.subarray(0, 1000));
    const wrongRest: RequestListener = (_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 0-9/10' }).end('0123456789');
    const from = await server(wrongRest, file(content));
    await fetchFrom(from);
    expectDone();
    expect(ranges(from)).toEqual(['bytes=1000-', undefined]);
  });

  it('is lost when nothing comes any more, and goes on', async () => {
    const from = await server(firstBytes(1000, content), file(content));
    const web = world.web({}, { silenceMs: 200 });
    await web.download({ url: from.url, target, sha256: sha256(content), signal: world.signal });
    expectDone();
    expect(ranges(from)).toEqual([undefined, 'bytes=1000-']);
  });
});

describe('what is there of another file', () => {
  it('is thrown away, and all is fetched anew', async () => {
    writeFileSync(part, randomBytes(1000));
    const from = await server(file(content));
    await fetchFrom(from);
    expectDone();
    expect(ranges(from)).toEqual(['bytes=1000-', undefined]);
    expect(world.clock.sleeps).toEqual([]);
  });

  it('is thrown away also when it is longer', async () => {
    writeFileSync(part, randomBytes(content.length + 1));
    const from = await server(file(content));
    await fetchFrom(from);
    expectDone();
    expect(ranges(from)).toEqual(['bytes=1000001-', undefined]);
  });

  it('is not written to where it is a link', async () => {
    const victim = join(world.directory, 'victim');
    writeFileSync(victim, 'mine');
    symlinkSync(victim, part);
    const error = await failure(fetchFrom(await server(file(content))));
    expect(error.message).toContain(`${part} cannot be written: ELOOP`);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });
});

describe('with a wrong checksum', () => {
  it('is refused at once, and nothing is left of it', async () => {
    const from = await server(file(Buffer.from('something else')));
    const error = await failure(fetchFrom(from));
    const found = sha256(Buffer.from('something else'));
    expect(error.message).toBe(
      `${from.url}/kubeadm cannot be fetched: its SHA-256 is ${found} instead of ${sha256(content)}`,
    );
    expect(error.hint).toBe(
      'Somebody on the way has changed it, or the mirror is broken. Nothing of it was used.',
    );
    expect(from.requests).toHaveLength(1);
    expect([existsSync(target), existsSync(part)]).toEqual([false, false]);
  });

  it('is fetched whole once more where it had been resumed', async () => {
    writeFileSync(part, content.subarray(0, 5));
    const from = await server(file(Buffer.from('something else')));
    const error = await failure(fetchFrom(from));
    expect(error.message).toContain('its SHA-256 is');
    expect(ranges(from)).toEqual(['bytes=5-', undefined]);
    expect(existsSync(part)).toBe(false);
  });
});

it('leaves nothing behind when the server has no such file', async () => {
  const error = await failure(fetchFrom(await server(status(404))));
  expect(error.message).toContain('answers 404 Not Found');
  expect(error.hint).not.toContain('kept');
  expect(existsSync(part)).toBe(false);
});

it('keeps what came when it is interrupted, and goes on from there the next time', async () => {
  const stop = new AbortController();
  const from = await server(firstBytes(60_000, content), file(content));
  const onProgress = ({ received }: DownloadProgress): void => {
    if (received === 60_000) stop.abort();
  };
  const error = await failure(fetchFrom(from, { signal: stop.signal, onProgress }));
  expect(error).toMatchObject({
    code: 'interrupted',
    message: `interrupted while ${from.url}/kubeadm was fetched`,
  });
  expect(error.hint).toContain(part);
  expect(statSync(part).size).toBe(60_000);
  await fetchFrom(from);
  expectDone();
  expect(ranges(from)).toEqual([undefined, 'bytes=60000-']);
});

describe('on a disk', () => {
  const small = join(world.directory, 'small');
  const onSmall = { target: join(small, 'kubeadm') };
  const asRoot = (...command: readonly string[]): void => {
    const [program = '', ...args] = [...rootPrefix(), ...command];
    execFileSync(program, args, { stdio: 'pipe' });
  };

  it('that is full it says where, keeps what it has, and goes on when there is room', async () => {
    mkdirSync(small);
    asRoot('mount', '-t', 'tmpfs', '-o', 'size=400k,mode=1777', 'small', small);
    try {
      const from = await server(file(content));
      const error = await failure(fetchFrom(from, onSmall));
      expect(error.message).toMatch(/: no space is left in .*\/small$/);
      expect(error.hint).toContain(
        `Make room there. What was fetched so far is kept in ${onSmall.target}.part`,
      );
      expect(from.requests).toHaveLength(1);
      const { size } = statSync(`${onSmall.target}.part`);
      expect(size).toBeGreaterThan(300_000);
      asRoot('mount', '-o', 'remount,size=2m', small);
      await fetchFrom(from, onSmall);
      expect(readFileSync(onSmall.target).equals(content)).toBe(true);
      expect(ranges(from)).toEqual([undefined, `bytes=${size}-`]);
    } finally {
      asRoot('umount', small);
    }
  });

  it('without the directory it says so', async () => {
    const lost = join(world.directory, 'nowhere', 'kubeadm');
    const error = await failure(fetchFrom(await server(file(content)), { target: lost }));
    expect(error.message).toContain(`${lost}.part cannot be written: ENOENT: no such file or directory`);
    expect(error.code).toBe('download.failed');
  });

  it('where a directory has the name of the file it says so', async () => {
    mkdirSync(target);
    const error = await failure(fetchFrom(await server(file(content))));
    expect(error.message).toContain('cannot be written: EISDIR');
  });
});
