// The lab's name server: its words, its names, and which process is it.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  endResolver,
  hostsText,
  resolverCommand,
  resolverProcess,
} from '../../../../src/lab/network/resolver.ts';

let directory: string;
const files = () => ({ hosts: join(directory, 'hosts'), process: join(directory, 'resolver') });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'resolver-'));
});

afterAll(() => rm(directory, { recursive: true }));

it('knows each node by its name, with and without the domain', () => {
  const nodes = [
    { name: 'master1', address: '100.67.151.2' },
    { name: 'worker1', address: '100.67.151.6' },
  ];
  expect(hostsText(nodes)).toBe('100.67.151.2 master1.lab master1\n100.67.151.6 worker1.lab worker1\n');
});

it('knows both addresses of a node that has two', () => {
  const node = { name: 'master1', address: '100.67.151.2', secondAddress: 'fd4c:6162:6443::151:2' };
  expect(hostsText([node])).toBe(
    '100.67.151.2 master1.lab master1\nfd4c:6162:6443::151:2 master1.lab master1\n',
  );
});

it('listens on the gateway alone, and asks nobody else', () => {
  const words = resolverCommand(['100.67.0.254'], { hosts: '/lab/hosts', process: '/lab/resolver' });
  expect(words).toEqual(expect.arrayContaining(['--listen-address=100.67.0.254', '--bind-interfaces']));
  expect(words).toEqual(expect.arrayContaining(['--no-resolv', '--no-hosts', '--local=/#/']));
});

describe('its process', () => {
  it('is none before it was ever started', async () => {
    expect(await resolverProcess(files())).toBeUndefined();
    await endResolver(files());
  });

  it('is not another one that got its number', async () => {
    await writeFile(files().process, `${process.pid}\n`);
    expect(await resolverProcess(files())).toBeUndefined();
  });

  it('is ended', async () => {
    const child = spawn('sh', ['-c', 'sleep 60; exit', 'sh', files().hosts], { stdio: 'ignore' });
    await writeFile(files().process, `${child.pid}\n`);
    expect(await resolverProcess(files())).toBe(child.pid);
    await endResolver(files());
    expect(await resolverProcess(files())).toBeUndefined();
  });
});
