// What a host fetches itself, by the real curl and the real wget: whole or not at all, and told in words that help.
import { mkdirSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { downloadPath, downloadStep } from '../../../../src/operations/files/download-step.ts';
import { separateHost, type SeparateHost } from '../../../support/separate-host.ts';
import { makeCertificates, type Certificates } from '../../../support/web-certificates.ts';
import {
  closedPort,
  file,
  firstBytes,
  inTurn,
  serve,
  sha256,
  status,
  type WebServer,
} from '../../../support/web-server.ts';
import { WebWorld } from '../../../support/web-world.ts';

const world = new WebWorld();
const home = join(world.directory, 'home');
const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const wanted = { name: 'runc', sha256: sha256(content), size: content.length };
const target = downloadPath(wanted);
const directory = target.replace(/\/[^/]*$/, '');
let certificates: Certificates;
let host: SeparateHost;

beforeAll(() => {
  mkdirSync(join(world.directory, 'certificates'));
  certificates = makeCertificates(join(world.directory, 'certificates'));
  mkdirSync(home);
  // What is in the way of whoever reads it.
  writeFileSync(join(home, '.curlrc'), 'proxy = "http://127.0.0.1:1"\nmax-time = 1\nrange = 0-9\n');
  writeFileSync(join(home, '.wgetrc'), 'https_proxy = http://127.0.0.1:1\nuse_proxy = on\nquota = 1\n');
});
afterEach(async () => {
  await host.stop();
  await world.endTest();
});
afterAll(() => {
  world.end();
});

async function site(answer: RequestListener): Promise<WebServer> {
  return world.use(serve(answer, certificates.good));
}

/** Nothing that the machine is slow at is taken for silence. */
async function fetchFrom(url: string, { ca = true, silenceSeconds = 60 } = {}) {
  const downloads = { urls: { runc: `${url}/runc` }, ca: ca ? certificates.ca : null };
  const step = downloadStep(wanted, downloads, [], { silenceSeconds, pauseSeconds: 0 });
  return host.shell(step.command.text, Buffer.from(step.stdin === undefined ? '' : certificates.ca));
}

async function left(): Promise<readonly string[]> {
  const list = await host.run(`ls ${directory} 2>/dev/null || :`);
  return list.split('\n').filter((line) => line !== '');
}

async function expectWhole(): Promise<void> {
  expect(await host.run(`sha256sum <${target}`)).toBe(`${wanted.sha256}  -\n`);
  expect(await left()).toEqual([target.slice(directory.length + 1)]);
}

function ranges({ requests }: WebServer): readonly (string | undefined)[] {
  return requests.map(({ headers }) => headers.range);
}

/** The connection ends after so many bytes. */
function cutAfter(bytes: number): RequestListener {
  return (request, response) => {
    firstBytes(bytes, content)(request, response);
    request.socket.destroySoon();
  };
}

describe.each([
  ['curl', 'wget'],
  ['wget', 'curl'],
])('by %s', (_, other) => {
  beforeEach(async () => {
    host = await separateHost([other], { HOME: home });
  });

  it('a file comes whole, whatever the user has set for the program, and once', async () => {
    const from = await site(file(content));
    expect(await fetchFrom(from.url)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    await expectWhole();
    await fetchFrom(from.url);
    expect(from.requests.length).toBe(1);
  });

  it('a connection that is cut goes on where it was', async () => {
    const from = await site(inTurn(cutAfter(100_000), file(content)));
    expect((await fetchFrom(from.url)).exitCode).toBe(0);
    await expectWhole();
    expect(ranges(from)).toEqual([undefined, 'bytes=100000-']);
  });

  it('a server that falls silent is asked again', async () => {
    const from = await site(inTurn(firstBytes(100_000, content), file(content)));
    // A slow machine may take the good answer for silence, too; what it has so far stays for the next.
    await fetchFrom(from.url, { silenceSeconds: 2 });
    expect(ranges(from).slice(0, 2)).toEqual([undefined, 'bytes=100000-']);
    expect((await fetchFrom(from.url)).exitCode).toBe(0);
    await expectWhole();
  });

  it('what is cut again and again is kept for the next run', async () => {
    let isMended = false;
    const from = await site((request, response) => {
      (isMended ? file(content) : cutAfter(10_000))(request, response);
    });
    const { exitCode, stderr } = await fetchFrom(from.url);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^https:\S+\/runc cannot be fetched: the connection was cut/);
    expect(await left()).toEqual([`${target.slice(directory.length + 1)}.part`]);
    isMended = true;
    expect((await fetchFrom(from.url)).exitCode).toBe(0);
    expect(ranges(from).at(-1)).toBe('bytes=30000-');
    await expectWhole();
  });

  it('a server that knows no ranges sends it all once more', async () => {
    const whole: RequestListener = (request, response) => {
      delete request.headers.range;
      file(content)(request, response);
    };
    const from = await site(inTurn(cutAfter(100_000), whole));
    expect((await fetchFrom(from.url)).exitCode).toBe(0);
    await expectWhole();
  });

  it('the beginning of another file is thrown away', async () => {
    await host.run(`mkdir -p ${directory} && head -c 100000 /dev/zero >${target}.part`);
    const from = await site(file(content));
    expect((await fetchFrom(from.url)).exitCode).toBe(0);
    await expectWhole();
    expect(ranges(from)).toEqual(['bytes=100000-', undefined]);
  });

  it('another file is not taken', async () => {
    const from = await site(file(Buffer.alloc(content.length)));
    const { exitCode, stderr } = await fetchFrom(from.url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `its SHA-256 is ${sha256(Buffer.alloc(content.length))} instead of ${wanted.sha256}`,
    );
    expect(await left()).toEqual([]);
  });

  it('no more is written than the file is long', async () => {
    const from = await site(file(Buffer.alloc(10 * content.length)));
    const { exitCode, stderr } = await fetchFrom(from.url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`it is longer than ${content.length} bytes`);
  });

  it.each(['64k', '400k'])('a disk without room is named: %s', async (room) => {
    await host.run(`mkdir -p ${directory} && mount -t tmpfs -o size=${room} none ${directory}`);
    const { exitCode, stderr } = await fetchFrom((await site(file(content))).url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`no space is left in ${directory}`);
    await host.run(`umount ${directory}`);
    expect((await fetchFrom((await site(file(content))).url)).exitCode).toBe(0);
    await expectWhole();
  });

  it.each([
    [401, 'it wants a login', 1],
    [403, 'does not let this host in', 1],
    [404, "Does the mirror have the makers' paths?", 1],
    [429, 'the server answers 429', 3],
    [503, 'the server answers 503', 3],
  ])('%i is told: %s', async (code, words, asked) => {
    const from = await site(status(code));
    const { exitCode, stderr } = await fetchFrom(from.url);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(from.requests.length).toBe(asked);
    expect((await left()).filter((name) => !name.endsWith('.part'))).toEqual([]);
  });

  it('nobody is believed that nobody vouches for', async () => {
    const { exitCode, stderr } = await fetchFrom((await site(file(content))).url, { ca: false });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('its certificate is not trusted');
    expect((await left()).filter((name) => !name.endsWith('.part'))).toEqual([]);
  });

  it('a port where nobody listens is told', async () => {
    const { exitCode, stderr } = await fetchFrom(`https://127.0.0.1:${await closedPort()}`);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('nobody answers there');
  });
});

it('a host without both says so, and what to do', async () => {
  host = await separateHost(['curl', 'wget']);
  const { exitCode, stderr } = await fetchFrom('https://127.0.0.1:1');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('this host has neither curl nor GNU wget');
  expect(stderr).toContain('fetch: controller');
});
