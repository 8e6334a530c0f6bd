// Preflight checks of a host's own addresses, where it is to have IPv6 ones: are they there, and do its routes stay?
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

/** A kernel that forwards is a router, and takes no routes from others unless it is told to. */
export function checkAdvertisedRoutes({ isForwarding, advertised }: HostIpv6): readonly Finding[] {
  if (isForwarding) return [];
  return advertised
    .filter(({ acceptRa }) => acceptRa === 1)
    .map(({ interface: device }) => {
      const message = `the default route of IPv6 on ${device} comes from router advertisements, which a node's kernel ignores: it forwards packets`;
      // A dot in an interface's name would begin another directory.
      const setting = `net.ipv6.conf.${device.replaceAll('.', '/')}.accept_ra=2`;
      const hint = `Set ${setting} (sysctl -w, and a file in /etc/sysctl.d), or give the host a fixed route.`;
      return problem('advertisements', message, hint);
    });
}
