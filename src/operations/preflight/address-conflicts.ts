// What speaks against taking an address: a host has it, it is the edge of a network, or somebody answers for it.
import { formatCidr, parseCidr, parseIp } from '../../core/ip.ts';
import type { AddressAnswers } from '../../facts/network/address-answers.ts';
import { dummyInterface, type InterfaceAddress } from '../../ipvs/host-addresses.ts';
import type { HeldAddress } from '../keepalived/held-addresses.ts';
import type { Problem } from '../operation.ts';

export interface Claim {
  readonly address: string;
  readonly what: string;
  readonly place: string;
}

export interface Claims {
  readonly addresses: readonly Claim[];
  /** Places of the hosts in the inventory. */
  readonly hosts: Readonly<Record<string, string>>;
}

/** What is known of one host. */
export interface HostView extends AddressAnswers {
  readonly node: string;
  readonly addresses: readonly InterfaceAddress[];
  /** What our own keepalived binds there. */
  readonly ours: readonly HeldAddress[];
}

/**
 * All conflicts, in the order of the addresses; each is told once, with every host that sees it.
 * @param isWhole Whether all hosts are known: one that is not may be who answers.
 */
export function findConflicts(
  claims: Claims,
  hosts: readonly HostView[],
  isWhole: boolean,
): readonly Problem[] {
  return claims.addresses.flatMap((claim) => [
    ...hosts.flatMap((host) => heldElsewhere(claim, host, claims)),
    ...networkEdges(claim, hosts, claims),
    ...(isWhole ? strangers(claim, hosts) : []),
  ]);
}

/** On kube-ipvs0 it is kube-proxy's, and where our keepalived binds it, it is ours. */
function heldElsewhere(
  claim: Claim,
  { node, addresses, ours }: HostView,
  claims: Claims,
): readonly Problem[] {
  const held = addresses.filter(
    (one) =>
      one.address === claim.address &&
      one.interface !== dummyInterface &&
      !ours.some((own) => own.address === one.address && own.interface === one.interface),
  );
  return held.map(({ interface: device, prefixLength }) => ({
    message: `${claim.place}: ${claim.what} is already an address of ${device} on ${hostWords(node, claims)}`,
    hint: `Choose a free address, or take it off there: ip addr del ${claim.address}/${prefixLength} dev ${device}`,
    data: { kind: 'address.taken', address: claim.address, node, interface: device },
  }));
}

function hostWords(node: string, { hosts }: Claims): string {
  const place = hosts[node];
  return place === undefined ? node : `${node} (${place})`;
}

function networkEdges(claim: Claim, hosts: readonly HostView[], claims: Claims): readonly Problem[] {
  const found = hosts.flatMap(({ node, addresses }) =>
    addresses.flatMap((one) => {
      const edge = edgeOf(claim.address, one);
      return edge === undefined ? [] : [{ node, device: one.interface, edge }];
    }),
  );
  const [first] = found;
  if (first === undefined) return [];
  const { node, device, edge } = first;
  return [
    {
      message: `${claim.place}: ${claim.what} is the ${edge}, the network of ${device} on ${hostWords(node, claims)}`,
      hint: 'Choose an address inside the network: this one means the network itself.',
      data: { kind: 'address.edge', address: claim.address, node, interface: device },
    },
  ];
}

/** `network address of 10.1.0.0/16`; networks of one or two addresses have no edges. */
function edgeOf(address: string, { address: own, prefixLength }: InterfaceAddress): string | undefined {
  const network = parseCidr(`${own}/${prefixLength}`);
  const ip = parseIp(address);
  if (network === undefined || ip?.family !== network.family || network.last - network.first < 2n) {
    return undefined;
  }
  if (ip.value === network.first) return `network address of ${formatCidr(network)}`;
  const isBroadcast = network.family === 4 && ip.value === network.last;
  return isBroadcast ? `broadcast address of ${formatCidr(network)}` : undefined;
}

/** The cluster's own hosts may answer: on a second run one of them has the address. */
function strangers({ address, what, place }: Claim, hosts: readonly HostView[]): readonly Problem[] {
  const own = new Set(hosts.flatMap(({ ownHardware }) => ownHardware));
  const seen = hosts.flatMap(({ node, answers }) =>
    answers
      .filter((answer) => answer.address === address && !own.has(answer.hardware))
      .map((answer) => ({ node, ...answer })),
  );
  const machines = [...new Set(seen.map(({ hardware }) => hardware))];
  return machines.map((hardware) => {
    const nodes = seen.filter((one) => one.hardware === hardware).map(({ node }) => node);
    return {
      message: `${place}: ${what} is in use: a machine with the hardware address ${hardware} answers for it (asked by ${nodes.join(', ')})`,
      hint: 'Choose a free address, or take it off that machine. Where a router answers for all addresses (proxy ARP), this cannot be told: leave the check out with --skip check-addresses.',
      data: { kind: 'address.in-use', address, hardware, nodes },
    };
  });
}
