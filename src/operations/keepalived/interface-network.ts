// The interface of a host that addresses are to be added to, and the prefix of its network; or why they do not fit there.
import { isIpv6, parseCidr, parseIp, rangeContains } from '../../core/ip.ts';
import { chosenInterface } from '../../ipvs/chosen-interface.ts';
import { dummyInterface, type HostAddresses, type InterfaceAddress } from '../../ipvs/host-addresses.ts';
import type { InterfaceChoice } from '../../kube/outside/interface-choice.ts';
import { podBridge } from '../../kube/pod-network.ts';
import type { Problem } from '../operation.ts';
import { noInterface, type WantedAddresses } from './interface-problems.ts';

export interface AddressPlace {
  readonly interface: string;
  readonly prefixLength: number;
}

export interface Placement {
  /** By address; those that have one. */
  readonly places: ReadonlyMap<string, AddressPlace>;
  readonly problems: readonly Problem[];
}

/** An interface that is not there is named once, whatever should go to it. */
export function placeAddresses(
  wanted: WantedAddresses,
  choice: InterfaceChoice,
  host: HostAddresses,
): Placement {
  const { addresses } = wanted;
  const chosen = addresses.map((address) => ({ address, device: chosenInterface(address, choice, host) }));
  const isThere = (device: string | undefined): device is string =>
    device !== undefined && host.interfaces.includes(device);
  const lost = chosen.filter(({ device }) => !isThere(device)).map(({ address }) => address);
  const found = chosen.flatMap(({ address, device }) =>
    isThere(device) ? [{ address, ...prefixOf(address, device, wanted, host) }] : [],
  );
  return {
    places: new Map(found.flatMap(({ address, place }) => (place === undefined ? [] : [[address, place]]))),
    problems: [
      ...(lost.length === 0 ? [] : [noInterface({ ...wanted, addresses: lost }, choice, host)]),
      ...found.flatMap(({ problem }) => problem ?? []),
    ],
  };
}

/** Bridges and ends of containers (Docker, Podman, CNI plugins, kube-router), and ours. Their addresses are not the network's. */
const ofContainers = /^(docker\d+|br-[0-9a-f]{12}|podman\d+|cni.*|kube-.*|veth.*)$/;

/**
 * Further cards in the network of such an address: a kernel answers ARP for all that it has on each of them, unless it is
 * told not to.
 */
export function cardsBeside(
  { places }: Pick<Placement, 'places'>,
  { addresses, withoutArp }: HostAddresses,
): readonly string[] {
  const isCard = (name: string): boolean =>
    name !== 'lo' && name !== podBridge && !withoutArp.includes(name) && !ofContainers.test(name);
  const own = new Set([...places.values()].map((place) => place.interface));
  const wanted = [...places.keys()].filter((address) => !isIpv6(address));
  const beside = addresses.filter(
    (one) =>
      !own.has(one.interface) &&
      isCard(one.interface) &&
      !places.has(one.address) &&
      wanted.some((address) => isInNetworkOf(address, one)),
  );
  return [...new Set(beside.map((one) => one.interface))].toSorted();
}

function prefixOf(
  address: string,
  device: string,
  { key, what }: WantedAddresses,
  { addresses }: HostAddresses,
): { readonly place?: AddressPlace; readonly problem?: Problem } {
  const others = addresses.filter((one) => one.address !== address);
  const own = others.filter((one) => one.interface === device);
  const network = own.find((one) => isInNetworkOf(address, one));
  if (network !== undefined) return { place: { interface: device, prefixLength: network.prefixLength } };
  const present = own.map((one) => `${one.address}/${one.prefixLength}`);
  const fitting = others.find((one) => one.interface !== dummyInterface && isInNetworkOf(address, one));
  const other =
    fitting === undefined
      ? ''
      : ` Or name ${fitting.interface}, which is in its network, at the host or in ${key}.`;
  const problem = {
    message: `${what([address])} is in no network of ${device}`,
    hint: `${device} has ${present.length === 0 ? 'no address' : present.join(', ')}: take a free address of its network.${other}`,
    data: { address, interface: device, addresses: present },
  };
  return { problem };
}

function isInNetworkOf(address: string, one: InterfaceAddress): boolean {
  const ip = parseIp(address);
  const range = parseCidr(`${one.address}/${one.prefixLength}`);
  return ip !== undefined && range !== undefined && rangeContains(range, ip);
}
