// A choice of interface on the host itself: the name of the one that is meant there.
import { canonicalIp, isIpv6 } from '../core/ip.ts';
import type { InterfaceChoice } from '../kube/outside/interface-choice.ts';
import { otherAddresses, type HostAddresses } from './host-addresses.ts';

/**
 * The interface for `address`, of the node's address of the same family where none is named; undefined when no interface
 * has that. A name is taken as it is, whether the host has it or not.
 */
export function chosenInterface(
  address: string,
  { interface: name, addresses }: Pick<InterfaceChoice, 'interface' | 'addresses'>,
  host: HostAddresses,
): string | undefined {
  if (name !== null) return name;
  const own = addresses.filter((one) => isIpv6(one) === isIpv6(address)).map(canonicalIp);
  return otherAddresses(host).find((one) => own.includes(one.address) && one.interface !== 'lo')?.interface;
}
