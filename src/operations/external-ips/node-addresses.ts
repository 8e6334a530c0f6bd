// The addresses of all nodes that can be reached.
import { ask } from '../../facts/fact.ts';
import { ipvsAddresses } from '../../facts/ipvs/ipvs-addresses.ts';
import type { NodeAddresses } from '../../ipvs/holders.ts';
import type { HostAddresses } from '../../ipvs/host-addresses.ts';
import { choiceOf, type InterfaceChoices } from '../../kube/outside/interface-choice.ts';
import type { FactNeed, FactReader } from '../operation.ts';

export function nodesNeed(nodes: readonly string[]): readonly FactNeed[] {
  return nodes.map((host) => ({ query: ask(ipvsAddresses), host, optional: true }));
}

/** A node that cannot be reached has none: its addresses go to others. */
export function nodeAddresses(
  nodes: readonly string[],
  choices: InterfaceChoices,
  facts: FactReader,
): readonly NodeAddresses[] {
  return nodes.flatMap((node) => {
    const host = facts.get<HostAddresses | undefined>(ask(ipvsAddresses), node);
    return host === undefined ? [] : [{ node, host, choice: choiceOf(choices, node) }];
  });
}
