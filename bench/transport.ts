// Measures the transport against a real sshd on loopback and prints a table. Run: npx tsx --expose-gc bench/transport.ts
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client, type SFTPWrapper } from 'ssh2';
import { script } from '../src/core/command.ts';
import type { Host } from '../src/core/host.ts';
import { openSshHost } from '../src/transport/connection/ssh-host.ts';
import { startSshd, type Sshd } from '../test/support/sshd.ts';

const megabyte = 1024 * 1024;
const uploadMegabytes = 256;
const connections = 100;
const rows: (readonly [string, string])[] = [];

const sshd = await startSshd();
const directory = mkdtempSync(join(tmpdir(), 'bench-transport-'));
try {
  await measureConnect(sshd);
  await measureMemory(sshd);
  await measureRequests(sshd);
  await measureUpload(sshd);
} finally {
  rmSync(directory, { recursive: true });
  await sshd.stop();
}
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);

async function measureConnect(server: Sshd): Promise<void> {
  const times = await repeat(10, async () => {
    const host = await openSshHost(server.target(), server.environment);
    return () => host.close();
  });
  rows.push([
    'connect, log in, start the shell (best, median of 10)',
    `${Math.min(...times).toFixed(0)} ms, ${median(times).toFixed(0)} ms`,
  ]);
}

async function measureRequests(server: Sshd): Promise<void> {
  const host = await openSshHost(server.target(), server.environment);
  const count = 1000;
  for (const [name, text] of [
    ['true', 'true'],
    ['cat of a small file', 'cat /etc/hostname'],
  ] as const) {
    const sequential = await time(async () => {
      for (let index = 0; index < count; index += 1) await host.run({ command: script(text) });
    });
    const pipelined = await time(async () => {
      await Promise.all(Array.from({ length: count }, () => host.run({ command: script(text) })));
    });
    rows.push([`request "${name}", one by one`, `${(sequential / count).toFixed(2)} ms`]);
    rows.push([`request "${name}", pipelined`, `${(pipelined / count).toFixed(2)} ms`]);
  }
  const output = await time(async () => {
    await host.run({ command: script(`head -c ${64 * megabyte} /dev/zero`) });
  });
  rows.push(['64 MB of output', `${((64 / output) * 1000).toFixed(0)} MB/s`]);
  await host.close();
}

async function measureUpload(server: Sshd): Promise<void> {
  const localPath = join(directory, 'local');
  writeFileSync(localPath, randomBytes(uploadMegabytes * megabyte));
  const path = join(directory, 'remote');
  const host = await openSshHost(server.target(), server.environment);
  const client = await openClient(server);
  const sftp = await openSftp(client);
  const ways: readonly (readonly [string, () => Promise<void>])[] = [
    ['in the resident shell', () => host.upload({ localPath, path, mode: 0o644 })],
    ['by SFTP (64 writes under way)', () => fastPut(sftp, localPath, path)],
  ];
  const results = ways.map(() => ({ milliseconds: Infinity, cpu: Infinity, grown: 0 }));
  // Turn by turn, and the best of each: other work on the machine only ever makes it slower.
  for (let round = 0; round < 5; round += 1) {
    for (const [index, [, way]] of ways.entries()) {
      const result = results[index];
      if (result === undefined) continue;
      const memory = process.memoryUsage().rss;
      const cpu = process.cpuUsage();
      result.milliseconds = Math.min(result.milliseconds, await time(way));
      const { user, system } = process.cpuUsage(cpu);
      result.cpu = Math.min(result.cpu, (user + system) / 1000);
      result.grown = Math.max(result.grown, process.memoryUsage().rss - memory);
      if (statSync(path).size !== uploadMegabytes * megabyte) throw new Error('the upload is not complete');
    }
  }
  for (const [index, { milliseconds, cpu, grown }] of results.entries()) {
    const speed = `${((uploadMegabytes / milliseconds) * 1000).toFixed(0)} MB/s`;
    const cost = `${cpu.toFixed(0)} ms of CPU here, memory grew by at most ${(grown / megabyte).toFixed(0)} MB`;
    rows.push([`upload ${uploadMegabytes} MB ${ways[index]?.[0] ?? ''}`, `${speed}, ${cost}`]);
  }
  client.end();
  await host.close();
}

async function measureMemory(server: Sshd): Promise<void> {
  const hosts: Host[] = [];
  // What the first connections need once and for all is not counted.
  await openMore(server, hosts, 20);
  const before = await settledMemory();
  const elapsed = await time(() => openMore(server, hosts, connections));
  const after = await settledMemory();
  rows.push([
    `${connections} connections, opened ten at a time`,
    `${elapsed.toFixed(0)} ms until each has answered`,
  ]);
  const perHost = (key: 'rss' | 'used'): string =>
    `${((after[key] - before[key]) / connections / 1024).toFixed(0)} KiB`;
  rows.push([
    `memory per connection, at ${connections}`,
    `${perHost('rss')} resident, ${perHost('used')} of heap and buffers`,
  ]);
  await Promise.all(hosts.map((host) => host.close()));
}

/** Ten at a time: both ends of every handshake run on this machine. */
async function openMore(server: Sshd, hosts: Host[], count: number): Promise<void> {
  const wanted = hosts.length + count;
  while (hosts.length < wanted) {
    const names = Array.from({ length: 10 }, (_, index) => `node${hosts.length + index}`);
    const more = await Promise.all(
      names.map((name) => openSshHost(server.target({ name, connectTimeoutMs: 60_000 }), server.environment)),
    );
    await Promise.all(more.map((host) => host.run({ command: script('true') })));
    hosts.push(...more);
  }
}

async function settledMemory(): Promise<{ rss: number; used: number }> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, used: heapUsed + external };
}

async function openClient(server: Sshd): Promise<Client> {
  const client = new ssh2.Client();
  const socket = connect(server.port, '127.0.0.1').setNoDelay(true);
  await new Promise((resolve) => socket.once('connect', resolve));
  const { user } = server.target();
  const privateKey = await readFile(server.identityFile);
  await new Promise((resolve, reject) => {
    client.once('ready', () => {
      resolve(undefined);
    });
    client.once('error', reject);
    client.connect({ sock: socket, username: user, privateKey });
  });
  return client;
}

function openSftp(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, sftp) => {
      if (error) reject(error);
      else resolve(sftp);
    });
  });
}

function fastPut(sftp: SFTPWrapper, localPath: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    sftp.fastPut(localPath, path, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

async function repeat(times: number, action: () => Promise<() => Promise<void>>): Promise<number[]> {
  const results: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const started = performance.now();
    const undo = await action();
    results.push(performance.now() - started);
    await undo();
  }
  return results;
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
