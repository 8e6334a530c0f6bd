// The addresses that an inventory takes for itself and that must be free on the network, with their places in the file.
import path from 'node:path';
import type { SourcePosition } from '../core/errors.ts';
import { canonicalIp } from '../core/ip.ts';
import type { LoadedInventory } from './load.ts';

export interface ClaimedAddress {
  readonly address: string;
  /** `the external IP 10.1.0.100 of user-a-ns/nginx` */
  readonly what: string;
  /** `cluster.yaml:15` */
  readonly place: string;
}

export interface ClaimedAddresses {
  /** Each address once, at the first place that names it. */
  readonly addresses: readonly ClaimedAddress[];
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
    hosts: Object.fromEntries(hosts.map(({ name }, index) => [name, format(placeOf(['hosts', index]))])),
  };
}

function format(position: SourcePosition): string {
  return `${path.basename(position.file)}:${position.line}`;
}
