// The network of an interface that an address is to be added to: its prefix, or why the address does not fit there.
import { parseCidr, parseIp, rangeContains } from '../../core/ip.ts';
import type { HostAddresses } from '../../ipvs/host-addresses.ts';
import type { Problem } from '../operation.ts';

export interface WantedAddress {
  readonly address: string;
  readonly interface: string;
  /** `the virtual IP 10.1.0.8` */
  readonly what: string;
  /** The inventory's key of the interface. */
  readonly key: string;
}

/** Prefix length of the interface's network which the address is in. */
export function prefixOf(wanted: WantedAddress, { interfaces, addresses }: HostAddresses): number | Problem {
  if (!interfaces.includes(wanted.interface)) return noInterface(wanted, interfaces);
  const virtual = parseIp(wanted.address);
  const own = addresses.filter((one) => one.interface === wanted.interface && one.address !== wanted.address);
  const network = own.find(({ address, prefixLength }) => {
    const range = parseCidr(`${address}/${prefixLength}`);
    return virtual !== undefined && range !== undefined && rangeContains(range, virtual);
  });
  if (network !== undefined) return network.prefixLength;
  const present = own.map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  return {
    message: `${wanted.what} is in no network of ${wanted.interface}`,
    hint: `${wanted.interface} has ${present.length === 0 ? 'no address' : present.join(', ')}: take a free address of its network.`,
    data: { address: wanted.address, interface: wanted.interface, addresses: present },
  };
}

function noInterface(
  { what, key, interface: device }: WantedAddress,
  interfaces: readonly string[],
): Problem {
  const others = interfaces.filter((name) => name !== 'lo' && name !== 'kube-ipvs0');
  return {
    message: `there is no interface ${device} for ${what}`,
    hint: `This host has ${others.join(', ')}: name one that all of them have in ${key}.`,
    data: { interface: device, interfaces: others },
  };
}
