// What keeps a machine from carrying a lab is told in one sentence.
import { describe, expect, it } from 'vitest';
import {
  availableMemory,
  probeMachine,
  rootIsPowerful,
  type MachineFacts,
} from '../../../../src/lab/machine/machine.ts';
import { assertSupported, unsupportedReason } from '../../../../src/lab/machine/support.ts';

const able: MachineFacts = {
  platform: 'linux',
  architecture: 'x64',
  hasDebianPackages: true,
  tun: 'usable',
  root: 'self',
  rootIsPowerful: true,
  hasIpv6: true,
  freeMemory: 8000,
  memoryGroup: undefined,
  cache: { directory: '/home/ann/.cache/ipvs-bootstrap', free: 20_000, device: 1 },
  state: { directory: '/home/ann/.local/state/ipvs-bootstrap/lab', free: 20_000, device: 1 },
};
const needs = { memory: 5120, cacheDisk: 6000, stateDisk: 3000, ipv6: false };
const nothing = { memory: 0, cacheDisk: 0, stateDisk: 0, ipv6: false };

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
  [{ memoryGroup: { name: '/g', limit: 6000, free: 5000 } }, 'has 5000 MiB left of its limit of 6000 MiB'],
  [{ cache: { ...able.cache, directory: '/home/a b' } }, '/home/a b: the name has special characters'],
] as const)('refuses %o', (flaw, reason) => {
  expect(unsupportedReason({ ...able, ...flaw }, needs)?.message).toContain(reason);
});

it('wants IPv6 of a machine only for a lab that has it', () => {
  const old = { ...able, hasIpv6: false };
  expect(unsupportedReason(old, needs)).toBeUndefined();
  expect(unsupportedReason(old, { ...needs, ipv6: true })?.message).toContain('need IPv6 on this machine');
  expect(unsupportedReason(able, { ...needs, ipv6: true })).toBeUndefined();
});

it('tells the tighter of two limits of memory', () => {
  const group = { name: '/g', limit: 9000, free: 5500 };
  const reason = unsupportedReason({ ...able, freeMemory: 5000, memoryGroup: group }, needs);
  expect(reason?.message).toContain('5000 MiB are free');
  expect(unsupportedReason({ ...able, memoryGroup: { ...group, free: 5632 } }, needs)).toBeUndefined();
});

describe('disk space', () => {
  const [cache, state] = ['/home/ann/.cache/ipvs-bootstrap', '/home/ann/.local/state/ipvs-bootstrap/lab'];
  it.each([
    ['one file system', 8999, 8999, 1, `9000 MiB of disk space for ${cache} and ${state}, and 8999 MiB`],
    ['one file system that is large enough', 9000, 9000, 1, undefined],
    ['a small cache', 5999, 3000, 2, `6000 MiB of disk space for ${cache}, and 5999 MiB`],
    ['a small state', 6000, 2999, 2, `3000 MiB of disk space for ${state}, and 2999 MiB`],
    ['two that are large enough', 6000, 3000, 2, undefined],
  ])('is measured on %s', (_, inCache, inState, device, reason) => {
    const machine = {
      ...able,
      cache: { ...able.cache, free: inCache },
      state: { ...able.state, free: inState, device },
    };
    const refusal = unsupportedReason(machine, needs);
    if (reason === undefined) expect(refusal).toBeUndefined();
    else expect(refusal?.message).toContain(reason);
    if (refusal !== undefined) expect(refusal.hint).toMatch(/XDG_CACHE_HOME.*XDG_STATE_HOME/);
  });
});

it('wants no memory when all nodes run already', () => {
  expect(unsupportedReason({ ...able, freeMemory: 10 }, nothing)).toBeUndefined();
});

it('names the other way to try the tool', async () => {
  await expect(assertSupported(needs, async () => ({ ...able, tun: 'missing' }))).rejects.toMatchObject({
    code: 'lab.unsupported',
    hint: expect.stringMatching(/modprobe tun.*an inventory of hosts of your own/) as string,
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
    expect(facts.cache.free).toBeGreaterThan(0);
    expect(facts.state.free).toBeGreaterThan(0);
  });
});
