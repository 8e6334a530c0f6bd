// Looks at the machine that is to carry a lab: facts only, the decision is in support.ts.
import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { cacheDirectory, labStateDirectory } from './paths.ts';
import { searchPath } from './program.ts';

export interface MachineFacts {
  readonly platform: string;
  readonly architecture: string;
  readonly hasDebianPackages: boolean;
  /** The device that nodes' network interfaces come from. */
  readonly tun: 'usable' | 'denied' | 'missing';
  readonly root: 'self' | 'sudo' | 'none';
  /** Whether root may make network namespaces and mounts; false in many containers. */
  readonly rootIsPowerful: boolean;
  /** MiB that programs may still take. */
  readonly freeMemory: number;
  /** MiB on the file system with the least among those of the cache and the state. */
  readonly freeDisk: number;
  readonly directories: readonly string[];
}

export async function probeMachine(): Promise<MachineFacts> {
  const directories = [cacheDirectory(), dirname(labStateDirectory('any'))];
  return {
    platform: platform(),
    architecture: arch(),
    hasDebianPackages: (await hasProgram('apt-get')) && (await hasProgram('dpkg')),
    tun: await tunDevice(),
    root: process.getuid?.() === 0 ? 'self' : (await hasProgram('sudo')) ? 'sudo' : 'none',
    rootIsPowerful: rootIsPowerful(await readFile('/proc/self/status', 'utf8').catch(() => '')),
    freeMemory: availableMemory(await readFile('/proc/meminfo', 'utf8').catch(() => '')),
    freeDisk: Math.min(...(await Promise.all(directories.map(freeSpace)))),
    directories,
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

/** MiB that we may use where the directory is, or will be. */
async function freeSpace(directory: string): Promise<number> {
  const space = await statfs(directory).catch(() => undefined);
  if (space !== undefined) return Math.floor((space.bavail * space.bsize) / 2 ** 20);
  const parent = dirname(directory);
  return parent === directory ? 0 : freeSpace(parent);
}
