// Which nodes a lab has: decided from what is asked for and what is there already.
import { defined } from '../core/defined.ts';
import { BootstrapError } from '../core/errors.ts';
import type { Role } from '../core/role.ts';
import { debianVersion } from './bundle/versions.ts';
import { chooseCpus } from './machine/cpu-plan.ts';
import type { LabFamily } from './ip-family.ts';
import { defaultSubnet, planAddresses } from './network/address-plan.ts';
import { planFamilies } from './network/families.ts';
import { defaultKind, type NodeKind } from './node-kind.ts';
import { defaultMemory, minimumMemory } from './node-memory.ts';
import type { LabNode, LabState } from './state/lab-schema.ts';

export interface LabRequest {
  readonly name: string;
  readonly controlPlanes: number;
  readonly workers: number;
  /** MiB; `defaultMemory` if undefined. */
  readonly controlPlaneMemory?: number | undefined;
  /** MiB; `defaultMemory` if undefined. */
  readonly workerMemory?: number | undefined;
  /** In CIDR notation. If undefined, that of the existing lab, or `defaultSubnet`. */
  readonly subnet?: string | undefined;
  /** If undefined, that of the existing lab, or `ipv4`. */
  readonly ipFamily?: LabFamily | undefined;
  /** Release, such as v1.37.2. If undefined, that of the existing lab, or what `labKubernetes` finds. */
  readonly kubernetes?: string | undefined;
  /** Taken by the nodes in turn, control planes first; that of `defaultKind` if undefined. */
  readonly releases?: readonly NodeKind['release'][] | undefined;
  /** Likewise. */
  readonly containerds?: readonly NodeKind['containerd'][] | undefined;
}

/** What the nodes of a new lab start from. */
export interface LabImages {
  /** Directory with the kernel and the disk image of a kind of node. */
  readonly of: (kind: NodeKind) => string;
  /** The release of Kubernetes in all of them. */
  readonly kubernetes: string;
}

/** Processors of the machine, and those that nodes of other labs are pinned to. */
export interface CpuFacts {
  readonly allowed: readonly number[];
  readonly used: readonly number[];
}

/**
 * The lab as it shall be. Nodes that exist stay as they are, also when fewer are asked for; missing ones are added.
 * @throws BootstrapError `usage` for a request that cannot be met
 */
export function planLab(
  request: LabRequest,
  existing: LabState | undefined,
  images: LabImages,
  cpus: CpuFacts,
): LabState {
  const { name } = request;
  const network = planNetwork(request, existing);
  refuseOtherKubernetes(request, existing);
  const present = existing?.nodes ?? [];
  const wanted = [
    ...wantedNodes(request, network, 'control-plane'),
    ...wantedNodes(request, network, 'worker'),
  ].map((node, index) => ({ ...node, ...kindAt(request, index) }));
  const missing = wanted.filter((node) => !present.some((one) => one.name === node.name));
  const used = [...cpus.used, ...present.map(({ cpu }) => cpu)];
  const chosen = chooseCpus(cpus.allowed, used, missing.length);
  const added = missing.map((node, index): LabNode => ({
    ...node,
    cpu: chosen[index] ?? 0,
    image: images.of(node),
  }));
  const kubernetes = existing?.kubernetes ?? request.kubernetes ?? images.kubernetes;
  refuseSilentContainerd(kubernetes, added);
  return {
    format: 2,
    name,
    ...network,
    kubernetes,
    nodes: [...present, ...added].sort(byRoleAndNumber),
  };
}

type PlainNode = Omit<LabNode, 'cpu' | 'image' | keyof NodeKind>;
type LabNetwork = Pick<LabState, 'subnet' | 'ipFamily'>;

/** Without host bits in the subnet. */
function planNetwork(request: LabRequest, existing: LabState | undefined): LabNetwork {
  const subnet = request.subnet ?? existing?.subnet ?? defaultSubnet;
  const ipFamily = request.ipFamily ?? existing?.ipFamily ?? 'ipv4';
  if (existing !== undefined) {
    const { name } = request;
    staysSame(name, { option: '--subnet', what: 'the subnet', has: existing.subnet, wanted: subnet });
    staysSame(name, { option: '--ip-family', what: 'the family', has: existing.ipFamily, wanted: ipFamily });
  }
  return { subnet: planAddresses(subnet).subnet, ipFamily };
}

interface Kept {
  readonly option: string;
  readonly what: string;
  readonly has: string;
  readonly wanted: string;
}

/** Nodes have what they were made with. */
function staysSame(lab: string, { option, what, has, wanted }: Kept): void {
  if (has === wanted) return;
  throw new BootstrapError('usage', `the lab "${lab}" has ${what} ${has}, not ${wanted}`, {
    hint: `Give ${option} ${has}, another --name, or remove the lab with \`ipvs-bootstrap lab down\`.`,
  });
}

/** containerd 2 does not speak CRI v1alpha2, the only language of kubelets up to 1.22. */
function refuseSilentContainerd(kubernetes: string, nodes: readonly NodeKind[]): void {
  if (kubernetes !== debianVersion || !nodes.some(({ containerd }) => containerd === '2')) return;
  throw new BootstrapError('usage', `the kubelet of Kubernetes ${kubernetes} cannot talk to containerd 2`, {
    hint: 'Leave --containerd 2 out, or give a --kubernetes from v1.24.0 on.',
  });
}

function refuseOtherKubernetes({ name, kubernetes }: LabRequest, existing: LabState | undefined): void {
  if (existing === undefined || kubernetes === undefined || kubernetes === existing.kubernetes) return;
  const message = `the lab "${name}" has Kubernetes ${existing.kubernetes}, not ${kubernetes}`;
  throw new BootstrapError('usage', message, {
    hint: 'Give another --name and --subnet, or remove the lab with `ipvs-bootstrap lab down`.',
  });
}

function wantedNodes(
  request: LabRequest,
  { subnet, ipFamily }: LabNetwork,
  role: Role,
): readonly PlainNode[] {
  const [count, memory, stem] =
    role === 'worker'
      ? [request.workers, request.workerMemory, 'worker']
      : [request.controlPlanes, request.controlPlaneMemory, 'master'];
  const least = minimumMemory[role];
  if (memory !== undefined && memory < least) {
    const option = role === 'worker' ? '--worker-memory' : '--control-plane-memory';
    throw new BootstrapError(
      'usage',
      `${memory} MiB of memory are too little for a node of the role ${role}`,
      {
        hint: `Give ${option} ${least} or more; without it a node gets ${defaultMemory[role]} MiB.`,
      },
    );
  }
  const addresses = planAddresses(subnet).nodes[role];
  if (count > addresses.length) {
    throw new BootstrapError(
      'usage',
      `a lab in ${subnet} has room for ${addresses.length} nodes of the role ${role}, not for ${count}`,
    );
  }
  const [first, second] = planFamilies(subnet, ipFamily);
  return addresses.slice(0, count).map((address, index) => ({
    name: `${stem}${index + 1}`,
    role,
    address: first.nodes[role][index] ?? address,
    ...defined({ secondAddress: second?.nodes[role][index] }),
    mac: macAddress(address),
    memory: memory ?? defaultMemory[role],
  }));
}

function kindAt({ releases = [], containerds = [] }: LabRequest, index: number): NodeKind {
  return {
    release: releases[index % releases.length] ?? defaultKind.release,
    containerd: containerds[index % containerds.length] ?? defaultKind.containerd,
  };
}

/** Locally administered, and different for every IPv4 address. */
export function macAddress(address: string): string {
  const octets = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return ['02', '00', ...octets].join(':');
}

function byRoleAndNumber(first: LabNode, second: LabNode): number {
  if (first.role !== second.role) return first.role === 'control-plane' ? -1 : 1;
  return first.name.localeCompare(second.name, 'en', { numeric: true });
}
