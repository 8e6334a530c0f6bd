// The host facts' probes run for real on this machine, in every shell it has: they start, change nothing, and agree.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/facts/fact.ts';
import { loadFacts } from '../../support/all-facts.ts';

const shells: readonly (readonly [string, ...string[]])[] = [
  ['/bin/dash'],
  ['/bin/bash', '--posix'],
  ['/bin/busybox', 'sh'],
];
const present = shells.filter(([program]) => existsSync(program));

const questions: readonly (readonly [name: string, args: unknown])[] = [
  ['container.images', undefined],
  ['containerd.version', undefined],
  ['file.checksums', { paths: ['/bin/sh', '/no/such file'] }],
  ['file.backup', { path: '/etc/passwd' }],
  ['file.ours', undefined],
  ['file.text', { path: '/etc/passwd' }],
  ['file.text', { path: "/no/such 'file'" }],
  ['host.iptables', undefined],
  ['host.listeners', { ports: [22, 6443] }],
  ['host.system', undefined],
  ['kubelet.version', undefined],
  ['kernel.modules', { names: ['ip_vs', 'nf-conntrack', 'overlay', 'no_such_module'] }],
  ['os.release', undefined],
  ['pulls.failed', undefined],
  ['registry.foreign-files', { directory: '/no/such directory' }],
  ['packages.installed', { names: ['bash', 'no-such-package'] }],
  ['unit.state', { unit: 'no-such.service', paths: ['/etc/passwd'] }],
  ['sysctl.locked', { keys: ['kernel.ostype', 'kernel.panic', 'no.such.key'] }],
  ['sysctl.saved', { record: '/no/such/record' }],
  ['sysctl.values', { keys: ['net.ipv4.ip_forward', 'kernel.ostype', 'no.such.key'] }],
];

const facts = await loadFacts();

function find(name: string): Fact<unknown, unknown> {
  const fact = facts.get(name);
  if (fact === undefined) throw new Error(`no fact ${name}`);
  return fact;
}

/** Clocks and free space move on while the shells are asked one after the other. */
function steady(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const volatile = ['epoch', 'diskFreeMiB', 'busy'];
  return Object.fromEntries(Object.entries(value).filter(([key]) => !volatile.includes(key)));
}

describe.each(questions)('%s %j', (name, args) => {
  it('gives the same in every shell', () => {
    const fact = find(name);
    const { text } = fact.probe(args);
    const values = present.map(([program, ...options]) => {
      const { stdout, stderr, status } = spawnSync(program, [...options, '-c', text], { encoding: 'utf8' });
      return steady(fact.parse({ stdout, stderr, exitCode: status ?? 255 }, args));
    });
    for (const value of values) expect(value).toEqual(values[0]);
  });
});

it('tells settings that nobody may write, and changes none', () => {
  const fact = find('sysctl.locked');
  const args = { keys: ['kernel.ostype', 'kernel.panic', 'no.such.key'] };
  const before = readFileSync('/proc/sys/kernel/panic', 'utf8');
  const stdout = execFileSync('sh', ['-c', fact.probe(args).text], { encoding: 'utf8' });
  expect(fact.parse({ stdout, stderr: '', exitCode: 0 }, args)).toEqual(['kernel.ostype']);
  expect(readFileSync('/proc/sys/kernel/panic', 'utf8')).toBe(before);
});

it('reads settings that /proc/sys gives to the first read only', () => {
  const fact = find('sysctl.values');
  const args = { keys: ['kernel.ostype', 'no.such.key'] };
  const stdout = execFileSync('sh', ['-c', fact.probe(args).text], { encoding: 'utf8' });
  expect(fact.parse({ stdout, stderr: '', exitCode: 0 }, args)).toEqual({
    'kernel.ostype': 'Linux',
    'no.such.key': null,
  });
});
