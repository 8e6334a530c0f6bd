// Limits of memory that containers and services have, read from texts of /proc and /sys/fs/cgroup.
import { describe, expect, it } from 'vitest';
import { groupPlaces, groupRoom, tightestGroup } from '../../../../src/lab/machine/memory-groups.ts';

const mount = (root: string, mountPoint: string, type: string, options: string) =>
  `35 31 0:32 ${root} ${mountPoint} rw,relatime shared:9 - ${type} ${type} ${options}\n`;
const directories = (cgroup: string, mountinfo: string) =>
  groupPlaces(cgroup, mountinfo).map(({ directory }) => directory);

describe('the groups of a process', () => {
  it('reach up to the root, in version 2', () => {
    const cgroup = '0::/user.slice/user-0.slice/session-1.scope\n';
    expect(directories(cgroup, mount('/', '/sys/fs/cgroup', 'cgroup2', 'rw'))).toEqual([
      '/sys/fs/cgroup/user.slice/user-0.slice/session-1.scope',
      '/sys/fs/cgroup/user.slice/user-0.slice',
      '/sys/fs/cgroup/user.slice',
      '/sys/fs/cgroup',
    ]);
  });

  it.each([
    ['with a namespace of groups', '0::/\n', '/', ['/sys/fs/cgroup']],
    [
      'with a mount of its own group',
      '0::/docker/ab/x\n',
      '/docker/ab',
      ['/sys/fs/cgroup/x', '/sys/fs/cgroup'],
    ],
    ['with a path that it cannot see', '0::/docker/ab\n', '/docker/a', ['/sys/fs/cgroup']],
  ])('begin at a container %s', (_, cgroup, root, expected) => {
    expect(directories(cgroup, mount(root, '/sys/fs/cgroup', 'cgroup2', 'rw'))).toEqual(expected);
  });

  it('are those of the memory controller, in version 1', () => {
    const cgroup = '9:name=systemd:/\n4:cpu,memory:/a\n3:cpuset:/b\n0::/\n';
    const mounts =
      mount('/', '/sys/fs/cgroup/cpuset', 'cgroup', 'rw,cpuset') +
      mount('/', '/sys/fs/cgroup/memory', 'cgroup', 'rw,cpu,memory') +
      mount('/', '/proc', 'proc', 'rw');
    expect(groupPlaces(cgroup, mounts)).toEqual([
      { version: 1, directory: '/sys/fs/cgroup/memory/a' },
      { version: 1, directory: '/sys/fs/cgroup/memory' },
    ]);
  });
});

describe('the room of a group', () => {
  const MiB = 2 ** 20;
  const files = { limit: `${4096 * MiB}\n`, usage: `${1000 * MiB}\n`, statistics: undefined };

  it.each(['max\n', '9223372036854771712\n', undefined])('has no limit with %j', (limit) => {
    expect(groupRoom({ ...files, limit })).toBeUndefined();
  });

  it('counts what the kernel can drop as free', () => {
    expect(groupRoom(files)).toEqual({ limit: 4096, free: 3096 });
    const statistics = `anon 5\ninactive_file ${300 * MiB}\nactive_file ${100 * MiB}\n`;
    expect(groupRoom({ ...files, statistics })).toEqual({ limit: 4096, free: 3496 });
    const all = `inactive_file 1\ntotal_inactive_file ${500 * MiB}\ntotal_active_file 0\n`;
    expect(groupRoom({ ...files, statistics: all })).toEqual({ limit: 4096, free: 3596 });
  });

  it('is never below nothing', () => {
    expect(groupRoom({ ...files, usage: `${5000 * MiB}` })).toEqual({ limit: 4096, free: 0 });
  });
});

it('can be asked on this machine', async () => {
  const group = await tightestGroup();
  if (group !== undefined) expect(group.free).toBeGreaterThan(0);
});
