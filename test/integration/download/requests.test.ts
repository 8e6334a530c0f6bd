// What is said of servers that do not answer as they should, what is tried again, and where redirections may lead.
import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, afterEach, expect, it } from 'vitest';
import { Secret } from '../../../src/core/secret.ts';
import { closedPort, inTurn, serve, status, type WebServer } from '../../support/web-server.ts';
import { failure, WebWorld } from '../../support/web-world.ts';

const world = new WebWorld();
afterEach(() => world.endTest());
afterAll(() => {
  world.end();
});

async function server(...answers: readonly RequestListener[]): Promise<WebServer> {
  return world.use(serve(inTurn(...answers)));
}

const fine: RequestListener = (_, response) => response.end('fine');

it('gives a short text', async () => {
  const { url, requests } = await server(fine);
  expect(await world.text(`${url}/v1.37.2/kubeadm.sha256?x=1`)).toBe('fine');
  expect(requests.map((request) => request.url)).toEqual(['/v1.37.2/kubeadm.sha256?x=1']);
});

it('refuses a text that is larger than it may be', async () => {
  const { url } = await server((_, response) => response.end('x'.repeat(1001)));
  const error = await failure(world.text(url));
  expect(error).toMatchObject({ code: 'download.failed', exitCode: 6 });
  expect(error.message).toBe(`${url}/ cannot be fetched: it is larger than 1000 bytes`);
});

it('tells a size without fetching anything, and none where the server tells none', async () => {
  const known = await server((_, response) => response.setHeader('content-length', 5_000_000_000).end());
  const silent = await server((_, response) =>
    response.writeHead(200, { 'transfer-encoding': 'chunked' }).end(),
  );
  const getOnly = await server(status(405));
  const web = world.web();
  expect(await web.size(known.url, world.signal)).toBe(5_000_000_000);
  expect(known.requests.map(({ method }) => method)).toEqual(['HEAD']);
  expect(await web.size(silent.url, world.signal)).toBeUndefined();
  expect(await web.size(getOnly.url, world.signal)).toBeUndefined();
  expect((await failure(web.size((await server(status(404))).url, world.signal))).message).toContain('404');
});

it.each([
  [400, 'Bad Request', 'URL right'],
  [401, 'Unauthorized', 'login'],
  [403, 'Forbidden', 'login'],
  [404, 'Not Found', 'same places as dl.k8s.io'],
  [407, 'Proxy Authentication Required', 'proxy wants a login'],
  [410, 'Gone', 'such a version'],
])('gives up at once when the server answers %d', async (code, words, hint) => {
  const { url, requests } = await server(status(code));
  const error = await failure(world.text(url));
  expect(error.message).toBe(`${url}/ cannot be fetched: ${new URL(url).host} answers ${code} ${words}`);
  expect(error.code).toBe('download.failed');
  expect(error.hint).toContain(hint);
  expect(requests).toHaveLength(1);
});

it.each([408, 425, 429, 500, 502, 503, 504])('asks again when the server answers %d', async (code) => {
  const { url } = await server(status(code), status(code), fine);
  expect(await world.text(url)).toBe('fine');
  expect(world.clock.sleeps).toEqual([1000, 5000]);
});

it('gives up after the third try, and says so', async () => {
  const { url, requests } = await server(status(503));
  const error = await failure(world.text(url));
  expect(error.message).toMatch(/answers 503 Service Unavailable \(tried 3 times\)$/);
  expect(error.hint).toContain('problem of the server');
  expect(requests).toHaveLength(3);
});

it('waits as long as the server asks for, in seconds or until a date', async () => {
  const { url } = await server(status(429, { 'retry-after': '30' }), fine);
  expect(await world.text(url)).toBe('fine');
  expect(world.clock.sleeps).toEqual([30_000]);
  const date = new Date(world.clock.date().getTime() + 90_000).toUTCString();
  const dated = await server(status(503, { 'retry-after': date }), fine);
  expect(await world.text(dated.url)).toBe('fine');
  expect(world.clock.sleeps).toEqual([30_000, 90_000]);
});

it('does not wait for a server that asks for an hour', async () => {
  const { url, requests } = await server(status(429, { 'retry-after': '3600' }), fine);
  const error = await failure(world.text(url));
  expect(error.message).toMatch(/answers 429 Too Many Requests, and asks to wait for 3600 s$/);
  expect(error.hint).toContain('Try again later');
  expect(requests).toHaveLength(1);
});

it('asks again when the connection is cut before there is an answer', async () => {
  const { url } = await server((request) => request.socket.destroy(), fine);
  expect(await world.text(url)).toBe('fine');
});

it('gives up on a server that says nothing, after three times', async () => {
  const { url, requests } = await server(() => undefined);
  const web = world.web({}, { silenceMs: 100 });
  const error = await failure(web.text(url, { limitBytes: 10, signal: world.signal }));
  expect(error.message).toMatch(/: nothing came for 0.1 s \(tried 3 times\)$/);
  expect(requests).toHaveLength(3);
});

it('says when nobody listens', async () => {
  const port = await closedPort();
  const error = await failure(world.text(`http://127.0.0.1:${port}/x`));
  expect(error.message).toBe(
    `http://127.0.0.1:${port}/x cannot be fetched: 127.0.0.1:${port} refuses the connection`,
  );
  expect(error.hint).toContain('port');
  expect(world.clock.sleeps).toEqual([]);
});

it('says when the name is not known, or the DNS is silent', async () => {
  const error = await failure(world.text('http://mirror.invalid/x'));
  expect(error.message).toMatch(/no address is known for mirror|the DNS gives no answer about mirror/);
  expect(error.hint).toContain('proxy');
});

it('says when it is no URL of the web', async () => {
  for (const url of ['ftp://host/x', 'kubeadm', 'http://']) {
    const error = await failure(world.text(url));
    expect(error.message).toBe(`${url} cannot be fetched: it is no http or https URL`);
  }
});

it('ends when it is told to', async () => {
  const stop = new AbortController();
  const { url } = await server(() => {
    stop.abort(new Error('enough'));
  });
  const error = await failure(world.web().text(url, { limitBytes: 10, signal: stop.signal }));
  expect(error).toMatchObject({ code: 'interrupted', exitCode: 130 });
});

it('ends when it is told to while it waits for another try', async () => {
  const stop = new AbortController();
  const { url, requests } = await server(status(503));
  const waiting = world.web({}, { clock: stoppedBySleeping(stop) });
  const error = await failure(waiting.text(url, { limitBytes: 10, signal: stop.signal }));
  expect(error.code).toBe('interrupted');
  expect(requests).toHaveLength(1);
});

/** Is told to stop in its first sleep. */
function stoppedBySleeping(stop: AbortController): typeof world.clock {
  const { clock } = world;
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (milliseconds, signal) => {
    stop.abort();
    return sleep(milliseconds, signal);
  };
  return clock;
}

function redirect(to: string, code = 302): RequestListener {
  return status(code, { location: to });
}

it('follows redirections, also relative ones', async () => {
  const { url, requests } = await server(redirect('/b'), redirect('c/d', 308), redirect('?e=1', 307), fine);
  expect(await world.text(`${url}/a`)).toBe('fine');
  expect(requests.map((request) => request.url)).toEqual(['/a', '/b', '/c/d', '/c/d?e=1']);
});

it('follows ten of them and not eleven', async () => {
  const { url, requests } = await server(redirect('/again'));
  const error = await failure(world.text(url));
  expect(error.message).toMatch(/: it leads to more than 10 other addresses$/);
  expect(requests).toHaveLength(11);
});

it('sends a login to the server that it is for, also after redirections, and to no other one', async () => {
  const other = await server(fine);
  const { url, requests } = await server(redirect('/b'), redirect(`${other.url}/c`));
  expect(await world.text(url.replace('//', '//me:s%40cret@'))).toBe('fine');
  const login = `Basic ${Buffer.from('me:s@cret').toString('base64')}`;
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([login, login]);
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

it('sends the login of a site to that site alone, and names its setting where it does not do', async () => {
  const setting = 'cluster.kubernetes.source.binaries.login';
  const other = await server(status(401));
  const { url, requests } = await server(fine, status(401), redirect(`${other.url}/c`));
  const login = { user: 'me', password: new Secret('s3cret', 'password') };
  const site = { url: `${url}/kubernetes`, login, setting };
  expect(await world.text(url, { site })).toBe('fine');
  const refused = await failure(world.text(url, { site }));
  expect(refused.hint).toBe(`Give the login, or the right one: ${setting}.`);
  const elsewhere = await failure(world.text(url, { site }));
  expect(elsewhere.hint).not.toContain(setting);
  const sent = `Basic ${Buffer.from('me:s3cret').toString('base64')}`;
  expect(requests.map(({ headers }) => headers.authorization)).toEqual([sent, sent, sent]);
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

it('follows no redirection to what is no web server', async () => {
  const { url } = await server(redirect('file:///etc/shadow'));
  expect((await failure(world.text(url))).message).toContain(
    'leads to something that is no http or https URL',
  );
});

it('shows neither logins nor tokens in errors', async () => {
  const { url } = await server(status(403));
  const secret = `${url.replace('//', '//me:s3cret@')}/x?version=1&X-Amz-Signature=t0ken#s3cret`;
  const stop = AbortSignal.abort();
  const errors = [
    await failure(world.text(secret)),
    await failure(world.text(`http://me:s3cret@127.0.0.1:${await closedPort()}/`)),
    await failure(world.text('http://me:s3cret@host:port/?t0ken')),
    await failure(world.text('me:s3cret@host/x')),
    await failure(world.web().text(secret, { limitBytes: 1, signal: stop })),
  ];
  for (const error of errors) expect(inspect(error, { depth: 9 })).not.toMatch(/s3cret|t0ken/);
  expect(errors[0]?.message).toContain(`${url}/x?version=1&X-Amz-Signature=******** cannot be fetched`);
});
