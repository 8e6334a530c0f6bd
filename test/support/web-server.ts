// Web servers on loopback for tests of downloads: what they answer is the test's, what was asked is remembered.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join, normalize } from 'node:path';
import type { KeyPair } from './web-certificates.ts';

export interface WebServer {
  readonly url: string;
  /** Each request in its order. */
  readonly requests: readonly IncomingMessage[];
  /** Ends all connections; what is on its way is lost. */
  cut(): void;
  close(): Promise<void>;
}

/** Over TLS when there is a key pair. On another address than loopback for those in a network of their own. */
export async function serve(
  answer: RequestListener,
  keys?: KeyPair,
  address = '127.0.0.1',
): Promise<WebServer> {
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    requests.push(request);
    answer(request, response);
  };
  const server = keys === undefined ? createServer(listener) : createTlsServer(keys, listener);
  const port = await listen(server, address);
  const scheme = keys === undefined ? 'http' : 'https';
  return {
    url: `${scheme}://${address}:${port}`,
    requests,
    cut: () => {
      server.closeAllConnections();
    },
    close: () => close(server),
  };
}

/** Gives the next of the answers to each request, and the last one again when there are no more. */
export function inTurn(...answers: readonly RequestListener[]): RequestListener {
  let next = 0;
  return (request, response) => {
    const answer = answers[Math.min(next++, answers.length - 1)];
    answer?.(request, response);
  };
}

export function status(code: number, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (_, response) => response.writeHead(code, headers).end(`${code}`);
}

/** A file as good servers give it: whole, or from the byte that is asked for. */
export function file(content: Buffer, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (request, response) => {
    const start = startOf(request);
    if (start === undefined) {
      response.writeHead(200, { ...headers, 'content-length': content.length }).end(content);
    } else if (start >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    } else {
      writePart(response, content, start, headers).end(content.subarray(start));
    }
  };
}

/** Like `file`, but nothing comes after so many bytes, until the connections are cut. */
export function firstBytes(
  bytes: number,
  content: Buffer,
  headers: Readonly<Record<string, string>> = {},
): RequestListener {
  return (request, response) => {
    const start = startOf(request);
    if (start === undefined) response.writeHead(200, { ...headers, 'content-length': content.length });
    else writePart(response, content, start, headers);
    response.write(content.subarray(start ?? 0, (start ?? 0) + bytes));
  };
}

function writePart(
  response: ServerResponse,
  content: Buffer,
  start: number,
  headers: Readonly<Record<string, string>>,
): ServerResponse {
  const range = `bytes ${start}-${content.length - 1}/${content.length}`;
  return response.writeHead(206, {
    ...headers,
    'content-range': range,
    'content-length': content.length - start,
  });
}

function startOf(request: IncomingMessage): number | undefined {
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  return start === undefined ? undefined : Number(start);
}

export interface WebProxy {
  /** Without a login. */
  readonly address: string;
  /** What tunnels were asked for, and the URLs of plain requests. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A proxy that serves only those with the login `user:password`. */
export async function serveProxy(login: string): Promise<WebProxy> {
  const asked: string[] = [];
  const tunnels = new Set<Socket>();
  const wanted = `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.headers['proxy-authorization'] !== wanted) response.writeHead(407).end();
    else response.end('from the proxy');
  });
  server.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '');
    socket.on('error', () => undefined);
    if (request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const tunnel = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on('error', () => socket.destroy());
    for (const end of [socket, tunnel]) tunnels.add(end);
  });
  const port = await listen(server);
  return {
    address: `127.0.0.1:${port}`,
    asked,
    close: async () => {
      for (const end of tunnels) end.destroy();
      await close(server);
    },
  };
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function listen(server: Server, address = '127.0.0.1'): Promise<number> {
  await new Promise<void>((done) => server.listen(0, address, done));
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => {
      done();
    });
    server.closeAllConnections();
  });
}

/** What lies below a directory, for who logs in. */
export function filesFor(
  login: { readonly user: string; readonly password: string },
  root: string,
): RequestListener {
  const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  return (request, response) => {
    if (request.headers.authorization !== wanted) {
      status(401, { 'www-authenticate': 'Basic realm="test"' })(request, response);
      return;
    }
    // Without a date, apt would take what it has of an older file for the beginning of a newer one.
    delete request.headers.range;
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    try {
      file(readFileSync(join(root, normalize(decodeURIComponent(path)))))(request, response);
    } catch {
      status(404)(request, response);
    }
  };
}
