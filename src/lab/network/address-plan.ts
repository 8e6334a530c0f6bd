// Which address has which job in a lab's subnet.
import { BootstrapError } from '../../core/errors.ts';
import { formatCidr, formatIp, parseCidr, rangesOverlap, type Cidr } from '../../core/ip.ts';
import type { Role } from '../../core/role.ts';

export interface AddressPlan {
  /** In CIDR notation, without host bits. */
  readonly subnet: string;
  readonly prefix: number;
  /** The machine itself, where the tool runs. */
  readonly machine: string;
  /** Default gateway of nodes and client; leads nowhere. */
  readonly gateway: string;
  /** A client outside the cluster. */
  readonly client: string;
  /** For the control planes, if there are several. */
  readonly vip: string;
  /** First and last address for Services. */
  readonly pool: readonly [string, string];
  /** In the order in which nodes get them; their number limits the number of nodes. */
  readonly nodes: Readonly<Record<Role, readonly string[]>>;
  /** Networks inside the cluster. */
  readonly cluster: { readonly pods: string; readonly services: string };
}

/** Within 100.64.0.0/10, which no public host and hardly a private network uses. */
export const defaultSubnet = '100.67.0.0/16';

const clusterNetworks = { pods: '10.244.0.0/16', services: '10.96.0.0/12' } as const;

interface Offsets {
  readonly machine: number;
  readonly gateway: number;
  readonly client: number;
  readonly vip: number;
  readonly pool: readonly [number, number];
  readonly controlPlanes: readonly number[];
  readonly firstWorkers: readonly number[];
  readonly furtherWorkersFrom: number;
  readonly lastWorker: (size: number) => number;
}

const at = (third: number, fourth: number) => third * 256 + fourth;

const wide: Offsets = {
  machine: at(0, 1),
  gateway: at(0, 254),
  client: at(200, 1),
  vip: at(151, 8),
  pool: [at(151, 9), at(151, 10)],
  controlPlanes: [2, 4, 5, 3, 1].map((fourth) => at(151, fourth)),
  firstWorkers: [at(151, 6), at(151, 7)],
  furtherWorkersFrom: at(151, 11),
  lastWorker: () => at(151, 250),
};

const compact: Offsets = {
  machine: 1,
  gateway: 2,
  client: 3,
  vip: 8,
  pool: [9, 10],
  controlPlanes: [4, 5, 6, 7, 11],
  firstWorkers: [],
  furtherWorkersFrom: 12,
  lastWorker: (size) => Math.min(size - 2, 250),
};

const widePrefix = 16;
const longestPrefix = 27;

/**
 * Lays out a subnet: with the same offsets as in the default one when it has room for them (/16 or more), else
 * densely.
 * @throws BootstrapError `usage` when the subnet cannot be used
 */
export function planAddresses(text: string): AddressPlan {
  const subnet = parseSubnet(text);
  const offsets = subnet.prefix <= widePrefix ? wide : compact;
  const address = (offset: number) => formatIp({ family: 4, value: subnet.first + BigInt(offset) });
  return {
    subnet: formatCidr(subnet),
    prefix: subnet.prefix,
    machine: address(offsets.machine),
    gateway: address(offsets.gateway),
    client: address(offsets.client),
    vip: address(offsets.vip),
    pool: [address(offsets.pool[0]), address(offsets.pool[1])],
    nodes: {
      'control-plane': offsets.controlPlanes.map(address),
      worker: workerOffsets(offsets, 2 ** (32 - subnet.prefix)).map(address),
    },
    cluster: clusterNetworks,
  };
}

function workerOffsets(offsets: Offsets, size: number): number[] {
  const count = offsets.lastWorker(size) - offsets.furtherWorkersFrom + 1;
  return [
    ...offsets.firstWorkers,
    ...Array.from({ length: count }, (_, n) => offsets.furtherWorkersFrom + n),
  ];
}

function parseSubnet(text: string): Cidr {
  const subnet = parseCidr(text);
  if (subnet?.family !== 4 || subnet.address.value !== subnet.first) {
    throw new BootstrapError('usage', `"${text}" is not an IPv4 subnet such as ${defaultSubnet}`);
  }
  if (subnet.prefix < 8 || subnet.prefix > longestPrefix) {
    throw new BootstrapError('usage', `a lab's subnet is a /8 to /${longestPrefix}; ${text} is not`);
  }
  for (const [use, network] of Object.entries(clusterNetworks)) {
    const taken = parseCidr(network);
    if (taken !== undefined && rangesOverlap(subnet, taken)) {
      throw new BootstrapError('usage', `${text} overlaps with ${network}, the lab's network for ${use}`);
    }
  }
  return subnet;
}
