// How much memory our control group and those above it leave: containers and services have less than the machine.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The group that leaves the least. Both numbers in MiB. */
export interface MemoryGroup {
  readonly name: string;
  readonly limit: number;
  readonly free: number;
}

/** Where the files of a group are, and what they are called in its version of control groups. */
export interface GroupPlace {
  readonly version: 1 | 2;
  readonly directory: string;
}

/** Texts of a group's files; undefined for one that is not there. */
export interface GroupFiles {
  readonly limit: string | undefined;
  readonly usage: string | undefined;
  readonly statistics: string | undefined;
}

const fileNames = {
  1: { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes' },
  2: { limit: 'memory.max', usage: 'memory.current' },
} as const;

/** Undefined where no group has a limit. */
export async function tightestGroup(): Promise<MemoryGroup | undefined> {
  const text = async (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const places = groupPlaces(
    (await text('/proc/self/cgroup')) ?? '',
    (await text('/proc/self/mountinfo')) ?? '',
  );
  const groups = places.map(async ({ version, directory }) => {
    const room = groupRoom({
      limit: await text(join(directory, fileNames[version].limit)),
      usage: await text(join(directory, fileNames[version].usage)),
      statistics: await text(join(directory, 'memory.stat')),
    });
    return room === undefined ? [] : [{ name: directory, ...room }];
  });
  return (await Promise.all(groups)).flat().sort((one, other) => one.free - other.free)[0];
}

/** The groups of a process and all above them, by its /proc/PID/cgroup and /proc/PID/mountinfo. */
export function groupPlaces(cgroup: string, mountinfo: string): readonly GroupPlace[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '/', mountPoint = ''] = before.split(' ');
    const [type, , superOptions = ''] = after.split(' ');
    if (type === 'cgroup2') {
      const path = /^0::(.*)$/m.exec(cgroup)?.[1];
      return placesAbove(2, mountPoint, root, path);
    }
    if (type !== 'cgroup' || !superOptions.split(',').includes('memory')) return [];
    const path = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(.*)$/m.exec(cgroup)?.[1];
    return placesAbove(1, mountPoint, root, path);
  });
}

function placesAbove(
  version: GroupPlace['version'],
  mountPoint: string,
  root: string,
  path: string | undefined,
): readonly GroupPlace[] {
  if (path === undefined) return [];
  // In a container, the mount begins at its own group, or the path is none that it can see.
  const base = root === '/' ? '' : root;
  const below = path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : '';
  const names = below.split('/').filter((name) => name !== '' && name !== '..');
  return [...Array(names.length + 1).keys()].map((count) => ({
    version,
    directory: join(mountPoint, ...names.slice(0, names.length - count)),
  }));
}

/** MiB; undefined for a group without a limit. What the kernel can drop, copies of files, counts as free. */
export function groupRoom(files: GroupFiles): Pick<MemoryGroup, 'limit' | 'free'> | undefined {
  const limit = Number(files.limit?.trim());
  // Version 1 has no word for "no limit", but a number that no machine has.
  if (files.limit === undefined || !Number.isFinite(limit) || limit >= 2 ** 60) return undefined;
  const statistics = files.statistics ?? '';
  const droppable = fileBytes(statistics, 'total_') ?? fileBytes(statistics, '') ?? 0;
  const used = Math.max(0, Number(files.usage?.trim() ?? 0) - droppable);
  return { limit: toMiB(limit), free: toMiB(Math.max(0, limit - used)) };
}

function fileBytes(statistics: string, prefix: string): number | undefined {
  const values = ['inactive_file', 'active_file'].map((name) =>
    new RegExp(`^${prefix}${name} (\\d+)$`, 'm').exec(statistics),
  );
  if (values.every((value) => value === null)) return undefined;
  return values.reduce((sum, value) => sum + Number(value?.[1] ?? 0), 0);
}

function toMiB(bytes: number): number {
  return Math.floor(bytes / 2 ** 20);
}
