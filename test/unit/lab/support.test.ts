// What keeps a machine from carrying a lab is told in one sentence.
import { describe, expect, it } from 'vitest';
import {
  availableMemory,
  probeMachine,
  rootIsPowerful,
  type MachineFacts,
} from '../../../src/lab/machine.ts';
import { assertSupported, unsupportedReason } from '../../../src/lab/support.ts';

const able: MachineFacts = {
  platform: 'linux',
  architecture: 'x64',
  hasDebianPackages: true,
  tun: 'usable',
  root: 'self',
  rootIsPowerful: true,
  freeMemory: 8000,
  freeDisk: 20_000,
  directories: ['/home/ann/.cache/ipvs-bootstrap'],
};
const needs = { memory: 5120, disk: 9000 };

it('finds nothing wrong with a machine that has all', () => {
  expect(unsupportedReason(able, needs)).toBeUndefined();
  expect(unsupportedReason({ ...able, root: 'sudo' }, needs)).toBeUndefined();
});

it.each([
  [{ platform: 'darwin', architecture: 'arm64' }, 'this machine is darwin on arm64'],
  [{ architecture: 'arm64' }, 'Linux on x86-64'],
  [{ hasDebianPackages: false }, 'no apt'],
  [{ root: 'none' }, 'root or sudo'],
  [{ rootIsPowerful: false }, 'container without privileges'],
  [{ tun: 'missing' }, '/dev/net/tun'],
  [{ tun: 'denied' }, 'may not open'],
  [{ freeMemory: 5000 }, 'need 5632 MiB of memory, and 5000 MiB are free'],
  [{ freeDisk: 100 }, 'needs 9000 MiB of disk space, and 100 MiB are free'],
  [{ directories: ['/home/a b'] }, 'special characters'],
] as const)('refuses %o', (flaw, reason) => {
  expect(unsupportedReason({ ...able, ...flaw }, needs)).toContain(reason);
});

it('wants no memory when all nodes run already', () => {
  expect(unsupportedReason({ ...able, freeMemory: 10 }, { memory: 0, disk: 0 })).toBeUndefined();
});

it('names the other way to try the tool', async () => {
  await expect(assertSupported(needs, async () => ({ ...able, tun: 'missing' }))).rejects.toMatchObject({
    code: 'lab.unsupported',
    hint: expect.stringContaining('an inventory of hosts of your own') as string,
  });
});

describe('the probe', () => {
  it('reads the memory that is available', () => {
    expect(availableMemory('MemTotal: 9 kB\nMemAvailable:    2097152 kB\n')).toBe(2048);
  });

  it.each([
    ['000001ffffffffff', true],
    ['00000000a80425fb', false],
  ])('judges root by the capabilities %s', (bits, isPowerful) => {
    expect(rootIsPowerful(`Name:\tx\nCapBnd:\t${bits}\n`)).toBe(isPowerful);
  });

  it('works on this machine', async () => {
    const facts = await probeMachine();
    expect(facts.freeMemory).toBeGreaterThan(0);
    expect(facts.freeDisk).toBeGreaterThan(0);
  });
});
