// Preflight checks of a host's own addresses, where it is to have IPv6 ones: are they there?
import { canonicalIp, isIpv6 } from '../../core/ip.ts';
import type { HostIpv6 } from '../../facts/network/host-ipv6.ts';
import type { HostAddresses } from '../../ipvs/host-addresses.ts';
import { problem, type Finding } from './finding.ts';

/** The kubelet refuses an address that no interface has. */
export function checkAddresses(
  wanted: readonly string[],
  { addresses }: HostAddresses,
  { isOn }: HostIpv6,
): readonly Finding[] {
  const own = new Set(addresses.map(({ address }) => canonicalIp(address)));
  const hintFor = (address: string) =>
    isOn || !isIpv6(address)
      ? 'Give it to an interface, or correct the inventory.'
      : 'IPv6 is switched off there: see net.ipv6.conf.all.disable_ipv6, and ipv6.disable on the kernel’s command line.';
  return wanted
    .filter((address) => !own.has(address))
    .map((address) => {
      const message = `no interface of the host has the address ${address}`;
      return problem('addresses', message, hintFor(address));
    });
}
