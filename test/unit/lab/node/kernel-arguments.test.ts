// The command line of a node's kernel.
import { expect, it } from 'vitest';
import { kernelArguments, nodeArguments } from '../../../../src/lab/node/kernel-arguments.ts';
import { nodeFiles } from '../../../../src/lab/state/files.ts';

const files = nodeFiles('/state/nodes/worker1');

it('names memory, disk and the directory of the kernel’s own files', () => {
  const words = kernelArguments('/state/disk.cow,/image/disk.ext4', 2048, files);
  expect(words).toContain('mem=2048M');
  expect(words).toContain('ubd0=/state/disk.cow,/image/disk.ext4');
  expect(words).toContain('uml_dir=/state/nodes/worker1/kernel');
});

const node = {
  name: 'worker1',
  role: 'worker',
  address: '100.67.151.6',
  mac: '02:00:64:43:97:06',
  memory: 2048,
  cpu: 1,
  release: '12',
  containerd: '1',
  image: '/image',
} as const;

it('tells a node its name, address, gateway and keys', () => {
  expect(nodeArguments(node, files, [{ prefix: 16, gateway: '100.67.0.254' }])).toEqual([
    'vec0:transport=tap,ifname=tap-worker1,depth=128,gro=1,mac=02:00:64:43:97:06',
    'net.ifnames=0',
    'hostfs=/state/nodes/worker1/seed',
    'lab.host=worker1',
    'lab.ip=100.67.151.6/16',
    'lab.gw=100.67.0.254',
  ]);
});

it('tells a node with addresses of both families both, each with its prefix', () => {
  const dual = { ...node, secondAddress: 'fd4c:6162:6443::151:6' };
  const networks = [
    { prefix: 16, gateway: '100.67.0.254' },
    { prefix: 64, gateway: 'fd4c:6162:6443::254' },
  ];
  expect(nodeArguments(dual, files, networks)).toEqual(
    expect.arrayContaining([
      'lab.ip=100.67.151.6/16,fd4c:6162:6443::151:6/64',
      'lab.gw=100.67.0.254,fd4c:6162:6443::254',
    ]),
  );
});
