// The probe that connects to a kernel's virtual servers, run for real against a table made up on loopback.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  trafficConnections,
  type TrafficConnections,
} from '../../../src/facts/network/traffic-connections.ts';

const shells = [['/bin/dash'], ['/bin/bash', '--posix'], ['/bin/busybox', 'sh']].filter(([program = '']) =>
  existsSync(program),
);
const hex = (number: number): string => number.toString(16).toUpperCase().padStart(4, '0');

let folder: string;
let listening: Server;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'connections-'));
  listening = createServer((socket) => socket.destroy());
  // Both families, all of 127.0.0.0/8.
  await new Promise<void>((done) => listening.listen({ port: 0, host: '::' }, done));
  ({ port } = listening.address() as AddressInfo);
  const bound = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  const lines = bound.map((address) => `5: kube-ipvs0    inet ${address}/32 scope global kube-ipvs0`);
  writeFileSync(path.join(folder, 'ip'), `#!/bin/sh\ncat <<END\n${lines.join('\n')}\nEND\n`);
  chmodSync(path.join(folder, 'ip'), 0o755);
  const real = '  -> 0AF40006:0050      Masq    1      0          0         ';
  writeFileSync(
    path.join(folder, 'ip_vs'),
    [
      'IP Virtual Server version 1.2.1 (size=4096)',
      'Prot LocalAddress:Port Scheduler Flags',
      '  -> RemoteAddress:Port Forward Weight ActiveConn InActConn',
      `TCP  7F000002:${hex(port)} rr  persistent 1080000 FFFFFFFF`,
      real,
      real,
      `UDP  7F000002:${hex(port)} rr  `,
      real,
      'TCP  7F000003:0001 rr  ',
      real,
      `TCP  7F000004:${hex(port)} rr  `,
      `TCP  7F000009:${hex(port)} rr  `,
      real,
      `TCP  [0000:0000:0000:0000:0000:0000:0000:0001]:${hex(port)} rr  `,
      '  -> [fd00:0244:0000:0000:0000:0000:0000:0005]:0050      Masq    1      0          0         ',
      '',
    ].join('\n'),
  );
});

afterAll(() => {
  listening.close();
  rmSync(folder, { recursive: true });
});

async function connect(shell: readonly string[], atMost: number): Promise<TrafficConnections> {
  const question = { atMost, seconds: 1 };
  const text = trafficConnections.probe(question).text.replace('/proc/net/ip_vs', path.join(folder, 'ip_vs'));
  const [program = '', ...options] = shell;
  const environment = { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
  return new Promise((done) => {
    const child = spawn(program, [...options, '-c', text], {
      env: environment,
      // A bash whose input is a socket takes itself for a remote login and reads ~/.bashrc.
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (part: Buffer) => (stdout += part.toString()));
    child.on('close', (exitCode) => {
      done(trafficConnections.parse({ stdout, stderr: '', exitCode: exitCode ?? 255 }, question));
    });
  });
}

describe.each(shells)('in %s', (...shell) => {
  it('asks what has real servers and an address on kube-ipvs0, and IPv6, and nothing else', async () => {
    const { hasClient, connections, left } = await connect(shell, 100);
    const states = connections.map((one) => `${one.address} ${one.isOpen ? 'open' : 'closed'}`).sort();
    expect(states).toEqual(['127.0.0.2 open', '127.0.0.3 closed', '::1 open']);
    expect({ hasClient, left }).toEqual({ hasClient: true, left: 0 });
  });

  it('says how many it left out', async () => {
    const { connections, left } = await connect(shell, 2);
    expect([connections.length, left]).toEqual([2, 1]);
  });
});
