// What to say of a host that has not the interface for an address: which it has, and both ways out.
import { isIpv6 } from '../../core/ip.ts';
import { chosenInterface } from '../../ipvs/chosen-interface.ts';
import { dummyInterface, type HostAddresses } from '../../ipvs/host-addresses.ts';
import type { InterfaceChoice } from '../../kube/outside/interface-choice.ts';
import type { Problem } from '../operation.ts';

export interface WantedAddresses {
  readonly addresses: readonly string[];
  /** `the virtual IP 10.1.0.8` */
  readonly what: (addresses: readonly string[]) => string;
  /** The inventory's key of the interface of all hosts. */
  readonly key: string;
}

/** Pods have an interface each: only so many are named. */
const most = 8;

/** @param choice a name that the host does not have, or none where no interface has the node's address */
export function noInterface(
  { addresses, what, key }: WantedAddresses,
  choice: InterfaceChoice,
  host: HostAddresses,
): Problem {
  const names = host.interfaces.filter((name) => name !== 'lo' && name !== dummyInterface);
  const data = { interface: choice.interface, interfaces: names, addresses };
  const present = `This host has ${listed(names, host)}`;
  if (choice.interface === null) {
    const isV6 = isIpv6(addresses[0] ?? '');
    const own = choice.addresses.filter((one) => isIpv6(one) === isV6);
    return {
      message: `no interface has the node's address${own.map((one) => ` ${one}`).join('')}, so there is none for ${what(addresses)}`,
      hint: `${present}: write "interface: NAME" at the host in the inventory, or in ${key} for all of them.`,
      data,
    };
  }
  const nodes = chosenInterface(addresses[0] ?? '', { ...choice, interface: null }, host);
  const byAddress = nodes === undefined ? '' : `, here ${nodes}`;
  const hint = choice.isOwn
    ? `${present}: correct "interface" at the host in the inventory, or leave it out.`
    : `${present}: write "interface: ${nodes ?? 'NAME'}" at the host in the inventory, or leave ${key} out: then each host takes the one that has its node's address${byAddress}.`;
  return { message: `there is no interface ${choice.interface} for ${what(addresses)}`, hint, data };
}

/** Those with an address first. */
function listed(names: readonly string[], { addresses }: HostAddresses): string {
  const all = names.map((name) => ({
    name,
    own: addresses
      .filter((one) => one.interface === name && !one.address.startsWith('fe80:'))
      .map((one) => `${one.address}/${one.prefixLength}`),
  }));
  const ordered = [...all.filter(({ own }) => own.length > 0), ...all.filter(({ own }) => own.length === 0)];
  const shown = ordered
    .slice(0, most)
    .map(({ name, own }) => (own.length === 0 ? name : `${name} (${own.join(', ')})`));
  const more = ordered.length - shown.length;
  if (shown.length === 0) return 'no other interface';
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
