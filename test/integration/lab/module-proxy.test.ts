// What the lab says of a Go module proxy that is silent, has nothing, or cannot be reached: by the real go command.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { BootstrapError } from '../../../src/core/errors.ts';
import { assertServed, servedToolchain, servedVersion } from '../../../src/lab/go/module-source.ts';
import { withGoWorkspace, type GoWorkspace } from '../../../src/lab/go/workspace.ts';

let directory: string;
let server: Server | undefined;
const wanted = { module: 'k8s.io/kubernetes', version: 'v1.37.2' };

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'module-proxy-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A proxy on loopback; `answer` sees each request. */
async function proxy(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Works with modules of that proxy alone, and with downloads of its own. */
async function withProxy<T>(url: string, use: (workspace: GoWorkspace) => Promise<T>): Promise<T> {
  vi.stubEnv('GOPROXY', `${url},direct`);
  const context = {
    cacheRoot: directory,
    report: () => undefined,
    signal: new AbortController().signal,
  };
  return withGoWorkspace(context, join(directory, 'work'), use);
}

async function failure(work: Promise<unknown>): Promise<BootstrapError> {
  return work.then(
    () => expect.unreachable(),
    (error: unknown) => error as BootstrapError,
  );
}

it('is told when the release is not served, by the words of the proxy', async () => {
  const url = await proxy((_, response) => response.writeHead(404).end('no such thing'));
  const error = await failure(withProxy(url, (workspace) => assertServed(workspace, wanted)));
  expect(error.code).toBe('lab.failed');
  expect(error.message).toBe('the Go module proxy does not have k8s.io/kubernetes v1.37.2');
  expect(error.detail).toContain('404 Not Found');
  expect(error.detail).toContain(`GOPROXY=${url}`);
  expect(error.hint).toContain('typing error');
});

it('is told when nothing comes, after the given time', async () => {
  const url = await proxy(() => undefined);
  const error = await failure(withProxy(url, (workspace) => assertServed(workspace, wanted, 1500)));
  expect(error.message).toBe('k8s.io/kubernetes v1.37.2 cannot be fetched from the Go module proxy');
  expect(error.detail).toContain('nothing came for 1.5 s');
  expect(error.hint).toContain('GOPROXY');
});

it('is told when nobody is there', async () => {
  const url = await proxy(() => undefined);
  server?.close();
  const error = await failure(withProxy(url, (workspace) => assertServed(workspace, wanted)));
  expect(error.message).toBe('k8s.io/kubernetes v1.37.2 cannot be fetched from the Go module proxy');
  expect(error.detail).toContain('connection refused');
});

it('is told without the login for the proxy, also where the words of go have it', async () => {
  // go refuses to send it over plain HTTP, and says to where.
  const url = await proxy(() => undefined);
  const withLogin = url.replace('//', '//t0ken@');
  const error = await failure(withProxy(withLogin, (workspace) => assertServed(workspace, wanted)));
  expect(error.detail).toContain('refusing to pass credentials');
  expect(error.detail).toContain(`GOPROXY=${url.replace('://', '://********@')}`);
  expect(inspect(error)).toContain('refusing to pass credentials');
  expect(inspect(error)).not.toContain('t0ken');
});

it('is asked for older patch releases until one is served', async () => {
  const asked: string[] = [];
  const url = await proxy((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('.info')) asked.push(path);
    if (path.endsWith('/v0.31.12.info')) {
      response.end('{"Version":"v0.31.12","Time":"2025-01-01T00:00:00Z"}');
    } else {
      response.writeHead(path.endsWith('/v0.31.12.mod') ? 200 : 404);
      response.end(path.endsWith('.mod') ? 'module k8s.io/kube-proxy\n' : '');
    }
  });
  const versions = ['v0.31.14', 'v0.31.13', 'v0.31.12', 'v0.31.11'];
  const served = await withProxy(url, (workspace) => servedVersion(workspace, 'k8s.io/kube-proxy', versions));
  expect(served).toBe('v0.31.12');
  expect(asked.map((path) => path.replace(/^.*@v\//, ''))).toEqual([
    'v0.31.14.info',
    'v0.31.13.info',
    'v0.31.12.info',
  ]);
});

/** Forbids versions and serves all others. */
function forbidding(...versions: readonly string[]): RequestListener {
  return (request, response) => {
    const version = request.url?.replace(/^.*@v\/|\.info$/g, '') ?? '';
    if (versions.includes(version)) response.writeHead(403).end('no');
    else if (request.url?.endsWith('.info')) response.end(`{"Version":"${version}"}`);
    else response.end('module k8s.io/kube-proxy\n');
  };
}

it('is asked for older patch releases also where it forbids one', async () => {
  const url = await proxy(forbidding('v0.31.14'));
  const versions = ['v0.31.14', 'v0.31.13'];
  const served = await withProxy(url, (workspace) => servedVersion(workspace, 'k8s.io/kube-proxy', versions));
  expect(served).toBe('v0.31.13');
});

it('is not taken to lack what it forbids where it has no other', async () => {
  const url = await proxy(forbidding('v0.31.14', 'v0.31.13'));
  const versions = ['v0.31.14', 'v0.31.13'];
  const error = await failure(
    withProxy(url, (workspace) => servedVersion(workspace, 'k8s.io/sample-controller', versions)),
  );
  expect(error.message).toContain('k8s.io/sample-controller v0.31.14, or does not let you have it');
  expect(error.detail).toContain('403 Forbidden');
});

it('is asked for the last toolchain of a minor where it does not have the wanted one', async () => {
  const asked: string[] = [];
  const url = await proxy((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end('no');
  });
  const error = await failure(withProxy(url, (workspace) => servedToolchain(workspace, 'go1.19.6')));
  expect(error.message).toContain('golang.org/toolchain v0.0.1-go1.19.13.linux-amd64');
  expect(asked.map((path) => path.replace(/^.*@v\//, ''))).toEqual([
    'v0.0.1-go1.19.6.linux-amd64.zip',
    'v0.0.1-go1.19.13.linux-amd64.zip',
  ]);
});

it('leaves nothing of a workspace behind, whatever came of it', async () => {
  const url = await proxy((_, response) => response.writeHead(404).end());
  await failure(withProxy(url, (workspace) => assertServed(workspace, wanted)));
  expect(existsSync(join(directory, 'work'))).toBe(false);
});
