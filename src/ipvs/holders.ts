// Which nodes have an address as their own on an interface that others can see.
import type { InterfaceChoice } from '../kube/outside/interface-choice.ts';
import { chosenInterface } from './chosen-interface.ts';
import type { HostAddresses } from './host-addresses.ts';

export interface NodeAddresses {
  readonly node: string;
  readonly host: HostAddresses;
  /** Where the node is to have it. */
  readonly choice: InterfaceChoice;
}

/** Names of the nodes with `address` on the interface that is meant for it, in the order given. One is what is wanted. */
export function holdersOf(address: string, nodes: readonly NodeAddresses[]): readonly string[] {
  return nodes
    .filter(({ host, choice }) => {
      const device = chosenInterface(address, choice, host);
      return host.addresses.some((one) => one.interface === device && one.address === address);
    })
    .map(({ node }) => node);
}
