// The addresses that an inventory names and the network must agree to, with their places in the file.
import path from 'node:path';
import type { SourcePosition } from '../core/errors.ts';
import { canonicalIp } from '../core/ip.ts';
import type { LoadedInventory } from './load.ts';
import { parseEndpoint } from './schema/endpoint.ts';

export interface ClaimedAddress {
  readonly address: string;
  /** `the external IP 10.1.0.100 of user-a-ns/nginx` */
  readonly what: string;
  /** `cluster.yaml:15` */
  readonly place: string;
}

export interface ClaimedEndpoint {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** `cluster.yaml:7` */
  readonly place: string;
}

export interface ClaimedAddresses {
  /** Each address once, at the first place that names it. */
  readonly addresses: readonly ClaimedAddress[];
  /** The address of the API, where the inventory gives it. */
  readonly endpoint: ClaimedEndpoint | null;
  /** Places of the hosts by name. */
  readonly hosts: Readonly<Record<string, string>>;
}

export function claimedAddresses({ inventory, placeOf }: LoadedInventory): ClaimedAddresses {
  const { cluster, workloads, hosts } = inventory;
  const { vip } = cluster.controlPlane;
  const virtual =
    vip === undefined
      ? []
      : [
          {
            address: canonicalIp(vip.address),
            what: `the virtual IP ${canonicalIp(vip.address)} of the control planes`,
            place: format(placeOf(['cluster', 'controlPlane', 'vip', 'address'])),
          },
        ];
  const external = workloads.flatMap(({ namespace, services }, i) =>
    services.flatMap((service, j) =>
      service.externalIPs.map(canonicalIp).map((address, k) => ({
        address,
        what: `the external IP ${address} of ${namespace}/${service.name}`,
        place: format(placeOf(['workloads', i, 'services', j, 'externalIPs', k])),
      })),
    ),
  );
  const first = new Map([...virtual, ...external].toReversed().map((claim) => [claim.address, claim]));
  return {
    addresses: [...first.values()].toReversed(),
    endpoint: claimedEndpoint({ inventory, placeOf }),
    hosts: Object.fromEntries(hosts.map(({ name }, index) => [name, format(placeOf(['hosts', index]))])),
  };
}

function claimedEndpoint({
  inventory,
  placeOf,
}: Pick<LoadedInventory, 'inventory' | 'placeOf'>): ClaimedEndpoint | null {
  const { endpoint } = inventory.cluster.controlPlane;
  const parsed = endpoint === undefined ? undefined : parseEndpoint(endpoint);
  if (parsed === undefined) return null;
  return { ...parsed, place: format(placeOf(['cluster', 'controlPlane', 'endpoint'])) };
}

function format(position: SourcePosition): string {
  return `${path.basename(position.file)}:${position.line}`;
}
