// Which nodes a lab gets.
import { describe, expect, it } from 'vitest';
import type { HostSystem } from '../../../src/facts/host/host-system.ts';
import type { LabFamily } from '../../../src/lab/ip-family.ts';
import { macAddress, planLab, type LabImages, type LabRequest } from '../../../src/lab/lab-plan.ts';
import { nodeAddresses } from '../../../src/lab/state/node-addresses.ts';
import { minimumMemory } from '../../../src/lab/node-memory.ts';
import { checkResources } from '../../../src/operations/preflight/system-checks.ts';

const request: LabRequest = { name: 'x', controlPlanes: 1, workers: 1 };
const cpus = { allowed: [0, 1], used: [] };
const image: LabImages = {
  of: ({ release, containerd }) => `/image-${release}-${containerd}`,
  kubernetes: 'v1.37.2',
};
const [oldImages, newImages] = ['v1.36.3', 'v1.37.2'].map((kubernetes, index): LabImages => ({
  of: () => ['/old-image', '/new-image'][index] ?? '',
  kubernetes,
})) as [LabImages, LabImages];

describe('a new lab', () => {
  it('has the nodes that are asked for, control planes first, each with address and processor', () => {
    const { nodes } = planLab({ ...request, controlPlanes: 3, workers: 2 }, undefined, image, cpus);
    expect(nodes.map(({ name, address, cpu, memory }) => [name, address, cpu, memory])).toEqual([
      ['master1', '100.67.151.2', 0, 3072],
      ['master2', '100.67.151.4', 1, 3072],
      ['master3', '100.67.151.5', 0, 3072],
      ['worker1', '100.67.151.6', 1, 2048],
      ['worker2', '100.67.151.7', 0, 2048],
    ]);
  });

  it('takes memory and subnet from the request', () => {
    const wanted = { ...request, subnet: '10.77.0.0/16', controlPlaneMemory: 4096, workerMemory: 1024 };
    const lab = planLab(wanted, undefined, image, cpus);
    expect(lab.subnet).toBe('10.77.0.0/16');
    expect(lab.nodes.map(({ memory }) => memory)).toEqual([4096, 1024]);
  });

  it('is of Debian 12 with its containerd', () => {
    const { nodes } = planLab(request, undefined, image, cpus);
    expect(nodes.map(({ release, containerd }) => [release, containerd])).toEqual([
      ['12', '1'],
      ['12', '1'],
    ]);
  });

  it('gives the nodes addresses of the family that is asked for, and IPv4 by itself', () => {
    const addresses = (ipFamily?: LabFamily) =>
      planLab({ ...request, ipFamily }, undefined, image, cpus).nodes.map(nodeAddresses);
    expect(addresses()).toEqual([['100.67.151.2'], ['100.67.151.6']]);
    expect(addresses('ipv6')).toEqual([['fd4c:6162:6443::151:2'], ['fd4c:6162:6443::151:6']]);
    expect(addresses('dual')).toEqual([
      ['100.67.151.2', 'fd4c:6162:6443::151:2'],
      ['100.67.151.6', 'fd4c:6162:6443::151:6'],
    ]);
  });

  it('goes round the releases and containerds that are asked for, and gives each node the image of its kind', () => {
    const mixed: LabRequest = {
      ...request,
      controlPlanes: 3,
      releases: ['12', '13'],
      containerds: ['1', '1', '2'],
    };
    const { nodes } = planLab(mixed, undefined, image, cpus);
    expect(nodes.map((node) => [node.name, node.release, node.containerd, node.image])).toEqual([
      ['master1', '12', '1', '/image-12-1'],
      ['master2', '13', '1', '/image-13-1'],
      ['master3', '12', '2', '/image-12-2'],
      ['worker1', '13', '1', '/image-13-1'],
    ]);
  });

  it('is refused when a node would have less memory than preflight wants', () => {
    expect(() => planLab({ ...request, controlPlaneMemory: 1024 }, undefined, image, cpus)).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: '1024 MiB of memory are too little for a node of the role control-plane',
        hint: expect.stringContaining('--control-plane-memory 1792 or more') as string,
      }),
    );
    expect(() => planLab({ ...request, workerMemory: 767 }, undefined, image, cpus)).toThrow('role worker');
    planLab({ ...request, workerMemory: 768, controlPlaneMemory: 1792 }, undefined, image, cpus);
  });

  it.each(['control-plane', 'worker'] as const)('takes no less for a %s than preflight does', (role) => {
    const kernelsShare = 66;
    const system: HostSystem = {
      userId: 0,
      architecture: 'amd64',
      init: 'systemd',
      hostname: 'n',
      kernel: '6.1.0',
      machineId: '',
      cpus: 2,
      memoryMiB: minimumMemory[role] - kernelsShare,
      diskFreeMiB: 10_000,
      swap: [],
      cgroupVersion: 2,
      controllers: [],
      selinux: 'off',
      firewalld: false,
      hasDefaultRoute: true,
      epoch: 0,
      isNode: false,
    };
    expect(checkResources(system, [role])).toEqual([]);
  });

  it('is refused containerd 2 with a Kubernetes that cannot talk to it', () => {
    const wanted: LabRequest = { ...request, containerds: ['1', '2'], kubernetes: 'v1.20.2' };
    expect(() => planLab(wanted, undefined, image, cpus)).toThrow(
      'the kubelet of Kubernetes v1.20.2 cannot talk to containerd 2',
    );
    planLab({ ...wanted, containerds: ['1'] }, undefined, image, cpus);
    planLab({ ...wanted, kubernetes: 'v1.24.0' }, undefined, image, cpus);
  });

  it('is refused when the subnet has no room for it', () => {
    expect(() => planLab({ ...request, controlPlanes: 6 }, undefined, image, cpus)).toThrow(
      'has room for 5 nodes of the role control-plane, not for 6',
    );
  });
});

describe('an existing lab', () => {
  const existing = planLab({ ...request, subnet: '10.77.0.0/16' }, undefined, oldImages, cpus);

  it('stays as it is when the same is asked for', () => {
    expect(planLab(request, existing, newImages, cpus)).toEqual(existing);
  });

  it('is refused another Kubernetes than its own', () => {
    expect(planLab({ ...request, kubernetes: 'v1.36.3' }, existing, newImages, cpus)).toEqual(existing);
    expect(() => planLab({ ...request, kubernetes: 'v1.37.2' }, existing, newImages, cpus)).toThrow(
      'the lab "x" has Kubernetes v1.36.3, not v1.37.2',
    );
  });

  it('gets the nodes that are missing, and keeps the others as they are, release and image included', () => {
    const wanted: LabRequest = { ...request, workers: 2, workerMemory: 1024, releases: ['13'] };
    const lab = planLab(wanted, existing, newImages, cpus);
    expect(lab.nodes.slice(0, 2)).toEqual(existing.nodes);
    expect(lab.nodes[2]).toMatchObject({ name: 'worker2', address: '10.77.151.7', memory: 1024 });
    expect(lab.nodes.map((node) => [node.release, node.image])).toEqual([
      ['12', '/old-image'],
      ['12', '/old-image'],
      ['13', '/new-image'],
    ]);
  });

  it('loses none when fewer are asked for', () => {
    const large = planLab({ ...request, workers: 3 }, existing, image, cpus);
    expect(planLab({ ...request, workers: 1 }, large, image, cpus).nodes).toEqual(large.nodes);
  });

  it('sorts its tenth worker after the second', () => {
    const { nodes } = planLab({ ...request, workers: 10 }, existing, image, cpus);
    expect(nodes.at(-1)?.name).toBe('worker10');
  });

  it('keeps its family', () => {
    const dual = planLab({ ...request, ipFamily: 'dual' }, undefined, image, cpus);
    expect(planLab({ ...request, workers: 2 }, dual, image, cpus).nodes[2]?.secondAddress).toBe(
      'fd4c:6162:6443::151:7',
    );
    expect(() => planLab({ ...request, ipFamily: 'ipv6' }, dual, image, cpus)).toThrow(
      'has the family dual, not ipv6',
    );
  });

  it('cannot change its subnet', () => {
    expect(() => planLab({ ...request, subnet: '10.78.0.0/16' }, existing, image, cpus)).toThrow(
      'has the subnet 10.77.0.0/16, not 10.78.0.0/16',
    );
  });
});

it('derives a locally administered MAC address', () => {
  expect(macAddress('100.67.151.2')).toBe('02:00:64:43:97:02');
});
