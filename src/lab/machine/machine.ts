// Looks at the machine that is to carry a lab: facts only, the decision is in support.ts.
import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { searchPath } from '../../local/programs/program.ts';
import { cacheDirectory, labStateDirectory } from '../state/paths.ts';
import { tightestGroup, type MemoryGroup } from './memory-groups.ts';

/** A directory of the lab's, which need not be there yet. */
export interface Place {
  readonly directory: string;
  /** MiB that we may use on its file system. */
  readonly free: number;
  /** Tells file systems apart. */
  readonly device: number;
}

export interface MachineFacts {
  readonly platform: string;
  readonly architecture: string;
  readonly hasDebianPackages: boolean;
  /** The device that nodes' network interfaces come from. */
  readonly tun: 'usable' | 'denied' | 'missing';
  readonly root: 'self' | 'sudo' | 'none';
  /** Whether root may make network namespaces and mounts; false in many containers. */
  readonly rootIsPowerful: boolean;
  /** Whether the kernel has IPv6, switched on or not. */
  readonly hasIpv6: boolean;
  /** MiB that programs may still take. */
  readonly freeMemory: number;
  /** The control group that limits our memory the most, if any does. */
  readonly memoryGroup: MemoryGroup | undefined;
  /** Where things are built. */
  readonly cache: Place;
  /** Where nodes write. */
  readonly state: Place;
}

export async function probeMachine(): Promise<MachineFacts> {
  return {
    platform: platform(),
    architecture: arch(),
    hasDebianPackages: (await hasProgram('apt-get')) && (await hasProgram('dpkg')),
    tun: await tunDevice(),
    root: process.getuid?.() === 0 ? 'self' : (await hasProgram('sudo')) ? 'sudo' : 'none',
    rootIsPowerful: rootIsPowerful(await readFile('/proc/self/status', 'utf8').catch(() => '')),
    hasIpv6: await isThere('/proc/sys/net/ipv6'),
    freeMemory: availableMemory(await readFile('/proc/meminfo', 'utf8').catch(() => '')),
    memoryGroup: await tightestGroup(),
    cache: await place(cacheDirectory()),
    state: await place(dirname(labStateDirectory('any'))),
  };
}

/** MiB that /proc/meminfo calls available. */
export function availableMemory(meminfo: string): number {
  return Math.floor(Number(/^MemAvailable:\s*(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) / 1024);
}

const capabilities = { netAdmin: 12n, sysAdmin: 21n };

/** Whether the capabilities that root can have here, by /proc/self/status, include those that the lab needs. */
export function rootIsPowerful(status: string): boolean {
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return Object.values(capabilities).every((bit) => ((bounding >> bit) & 1n) === 1n);
}

async function tunDevice(): Promise<MachineFacts['tun']> {
  const device = '/dev/net/tun';
  if (!(await isThere(device))) return 'missing';
  const usable = access(device, constants.R_OK | constants.W_OK);
  return usable.then(
    () => 'usable',
    () => 'denied',
  );
}

/** Whether the machine has a program of that name. */
export async function hasProgram(program: string): Promise<boolean> {
  const places = searchPath(process.env['PATH']).split(delimiter);
  const found = await Promise.all(places.map((directory) => isThere(join(directory, program))));
  return found.includes(true);
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Looks at the directory, or where it will be. */
async function place(directory: string, existing = directory): Promise<Place> {
  const space = await statfs(existing).catch(() => undefined);
  const status = await stat(existing).catch(() => undefined);
  if (space !== undefined && status !== undefined) {
    return { directory, free: Math.floor((space.bavail * space.bsize) / 2 ** 20), device: status.dev };
  }
  const parent = dirname(existing);
  return parent === existing ? { directory, free: 0, device: 0 } : place(directory, parent);
}
