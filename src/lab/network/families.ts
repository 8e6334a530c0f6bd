// A lab's addresses in each of its families. Those of IPv6 follow from those of IPv4, with the same jobs.
import { parseCidr, parseIp, formatIp } from '../../core/ip.ts';
import type { LabFamily } from '../ip-family.ts';
import { planAddresses, type AddressPlan } from './address-plan.ts';

/** The first is that of the nodes' first address. */
export type FamilyPlans = readonly [AddressPlan, ...AddressPlan[]];

/** @throws BootstrapError `usage` when the subnet, which is IPv4 in any case, cannot be used */
export function planFamilies(subnet: string, family: LabFamily): FamilyPlans {
  const first = planAddresses(subnet);
  if (family === 'ipv4') return [first];
  const second = inIpv6(first);
  return family === 'ipv6' ? [second] : [first, second];
}

/** fd4c:6162::/32 of the unique local addresses ("Lab"), so that labs of different subnets have different ones. */
const ownNetwork = 0xfd4c_6162n;
const prefix = 64;

function inIpv6(plan: AddressPlan): AddressPlan {
  const subnet = (ownNetwork << 96n) | ((parseCidr(plan.subnet)?.first ?? 0n) << 64n);
  const address = (text: string) => formatIp({ family: 6, value: subnet | interfacePart(text) });
  return {
    subnet: `${formatIp({ family: 6, value: subnet })}/${prefix}`,
    prefix,
    machine: address(plan.machine),
    gateway: address(plan.gateway),
    client: address(plan.client),
    vip: address(plan.vip),
    pool: [address(plan.pool[0]), address(plan.pool[1])],
    nodes: {
      'control-plane': plan.nodes['control-plane'].map(address),
      worker: plan.nodes.worker.map(address),
    },
    cluster: { pods: 'fd00:10:244::/56', services: 'fd00:10:96::/112' },
  };
}

/** Ends as the IPv4 address does, to be recognised: 100.67.151.2 gives ::151:2. */
function interfacePart(ipv4: string): bigint {
  const value = parseIp(ipv4)?.value ?? 0n;
  const digits = (octet: bigint) => BigInt(`0x${octet}`);
  return (digits((value >> 8n) & 0xffn) << 16n) | digits(value & 0xffn);
}
