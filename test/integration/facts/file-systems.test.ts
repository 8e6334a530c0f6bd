// File systems as the kernel has them: two of their own in a mount namespace, one of them with a blank in its name.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { ask } from '../../../src/facts/fact.ts';
import { fileSystems } from '../../../src/facts/host/file-systems.ts';

it('measures what is there, and where that will be which is not', () => {
  const directories = ['/var/lib/containerd', '/var/lib/kubelet', '/var/lib/my etcd', '/no-such-directory/x'];
  const query = ask(fileSystems, { directories });
  const program = `mount -t tmpfs -o size=64M,nr_inodes=1000 none /var/lib
mkdir '/var/lib/my etcd' && mount -t tmpfs -o size=8M,nr_inodes=500 none '/var/lib/my etcd'
head -c 4M /dev/zero >'/var/lib/my etcd/data'
${query.command.text}`;
  const { stdout, stderr, status } = spawnSync('unshare', ['-m', '--propagation', 'private', 'sh', '-s'], {
    input: program,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const found = query.parse({ stdout, stderr, exitCode: status ?? 1 });
  expect(found.slice(0, 2)).toEqual([
    {
      directories: ['/var/lib/containerd', '/var/lib/kubelet'],
      mountPoint: '/var/lib',
      sizeMiB: 64,
      freeMiB: 64,
      inodes: 1000,
      inodesFree: 998,
    },
    {
      directories: ['/var/lib/my etcd'],
      mountPoint: '/var/lib/my etcd',
      sizeMiB: 8,
      freeMiB: 4,
      inodes: 500,
      inodesFree: 498,
    },
  ]);
  expect(found.slice(2)).toMatchObject([{ directories: ['/no-such-directory/x'], mountPoint: '/' }]);
});
