// Which nodes have an address as their own on an interface that others can see.
import type { HostAddresses } from './host-addresses.ts';

export interface NodeAddresses {
  readonly node: string;
  readonly host: HostAddresses;
}

/** Names of the nodes with `address` on `interfaceName`, in the order given. One is what is wanted. */
export function holdersOf(
  address: string,
  interfaceName: string,
  nodes: readonly NodeAddresses[],
): readonly string[] {
  return nodes
    .filter(({ host }) =>
      host.addresses.some((one) => one.interface === interfaceName && one.address === address),
    )
    .map(({ node }) => node);
}
