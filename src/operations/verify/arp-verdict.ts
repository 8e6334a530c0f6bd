// What the ARP answers for one external IP come to.
import { drift } from '../drift.ts';
import type { Problem } from '../operation.ts';

/** Who answered. */
export interface Answerer {
  /** In lower case. */
  readonly hardware: string;
  /** `null` when no node of the cluster has this hardware address. */
  readonly node: string | null;
  /** Those of the node with this hardware address: a card, and perhaps what is made on it. */
  readonly interfaces: readonly string[];
}

export interface AddressAnswerers {
  readonly address: string;
  /** Exactly one node is to answer. */
  readonly isPromised: boolean;
  /** Two nodes have asked, so that nobody can be missing. */
  readonly isWhole: boolean;
  /** The address lies in the network that was asked. */
  readonly isNear: boolean;
  readonly answerers: readonly Answerer[];
}

/** Differences, where one answer is promised. */
export function judgeAddress(asked: AddressAnswerers): readonly Problem[] {
  const { address, isPromised, isWhole, answerers } = asked;
  if (!isPromised) return [];
  const about = {
    node: null,
    address,
    expected: 'one node',
    actual: answerers.length === 0 ? 'nobody' : inWords(answerers),
    more: { answerers },
  };
  const strangers = answerers.filter(({ node }) => node === null);
  if (strangers.length > 0) {
    const message = `a machine that is no node answers for the external IP ${address} on the network: ${inWords(strangers)}`;
    const hint = `Two machines have the same address, and each takes a part of its traffic. Find the one with this hardware address, or take another address from the pool`;
    return [drift({ kind: 'arp.stranger', ...about, message, hint })];
  }
  const nodes = [...new Set(answerers.map(({ node }) => node))];
  const cards = nodes.flatMap((node) => severalCards(address, node, answerers));
  if (nodes.length > 1) {
    const message = `${nodes.length} nodes answer for the external IP ${address} on the network instead of one: ${inWords(answerers)}`;
    const hint = `Only the node that has it on its interface may answer. Run "up" again: it sets arp_ignore and arp_announce; and look whether keepalived runs on several nodes that do not hear each other`;
    return [drift({ kind: 'arp.several', ...about, message, hint }), ...cards];
  }
  if (nodes.length === 1 || !isWhole) return cards;
  const message = `nobody answers for the external IP ${address} on the network, so no client there reaches it`;
  const hint = `Look which node should have it on its interface, and whether keepalived runs there: systemctl status keepalived`;
  return [drift({ kind: 'arp.silent', ...about, message, hint })];
}

/** Two cards of a node in one segment: clients take the one that answered last. */
function severalCards(
  address: string,
  node: string | null,
  answerers: readonly Answerer[],
): readonly Problem[] {
  const own = answerers.filter((one) => one.node === node);
  if (node === null || own.length < 2) return [];
  const cards = own.map(({ hardware, interfaces }) => `${interfaces.join(', ')} (${hardware})`);
  const message = `${node} answers for the external IP ${address} on the network with ${own.length} of its cards instead of one: ${cards.join(' and ')}`;
  const hint = `Run "up" again: it sets arp_ignore on every card that has an address of this network. One without an address is yours to set: net.ipv4.conf.CARD.arp_ignore=1, by sysctl -w and in a file in /etc/sysctl.d`;
  return [
    drift({
      kind: 'arp.cards',
      node,
      address,
      expected: 'one card',
      actual: cards.join(' and '),
      message,
      hint,
      more: { answerers: own },
    }),
  ];
}

/** What is worth a thought where nothing is promised. */
export function doubtsOf({ address, isPromised, isWhole, isNear, answerers }: AddressAnswerers): string[] {
  if (isPromised) return [];
  const strangers = answerers.filter(({ node }) => node === null);
  if (strangers.length > 0) {
    return [
      `a machine that is no node answers for the external IP ${address} on the network: ${inWords(strangers)}`,
    ];
  }
  if (answerers.length > 0 || !isWhole || !isNear) return [];
  return [
    `nobody answers for the external IP ${address} on the network, so clients there reach it only by a route`,
  ];
}

function inWords(answerers: readonly Answerer[]): string {
  return answerers
    .map(({ node, hardware }) => (node === null ? hardware : `${node} (${hardware})`))
    .join(', ');
}
