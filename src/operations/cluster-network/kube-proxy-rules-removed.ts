// kube-proxy's iptables chains and IP sets, gone from the host; everybody else's rules stay.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { count } from '../../core/count.ts';
import { ask } from '../../facts/fact.ts';
import { ipSets, type IpSets } from '../../facts/network/ip-sets.ts';
import { iptablesRules, type IptablesRules } from '../../facts/network/iptables-rules.ts';
import { defineOperation, type ExecStep } from '../operation.ts';
import { chainRemovals } from './chain-removals.ts';
import { doomedChains, matchedSets, remainingRules } from './doomed-chains.ts';

export const kubeProxyRulesRemoved = defineOperation({
  name: 'kube-proxy-rules.removed',
  summary:
    "Removes the iptables chains of kube-proxy, the kubelet and our pod network, and kube-proxy's IP sets; rules and sets of others stay.",
  args: z.strictObject({}),
  example: `
- name: Delete the iptables chains and IP sets that kube-proxy left
  op: kube-proxy-rules.removed
`,
  needs: () => [{ query: ask(iptablesRules) }, { query: ask(ipSets) }],
  plan(_, facts) {
    const rules = facts.get(ask(iptablesRules));
    const known = facts.get(ask(ipSets));
    const { sets, used } = setsToDestroy(known, rules);
    const unknown = known.hasIpset ? [] : ownSetsIn(rules);
    return {
      steps: [
        ...rules.flatMap((set) => chainRemovals(set, 'kube-proxy and our pod network')),
        ...destroySets(sets),
      ],
      warnings: [
        ...used.map((name) => `the IP set ${name} stays: rules that are not kube-proxy's use it`),
        ...(unknown.length === 0
          ? []
          : [
              `${count(unknown.length, 'IP set')} of kube-proxy will be there until the next boot: ipset is not installed`,
            ]),
      ],
    };
  },
});

function destroySets(names: readonly string[]): readonly ExecStep[] {
  if (names.length === 0) return [];
  return [
    {
      kind: 'exec',
      title: `destroy ${count(names.length, 'IP set')} of kube-proxy`,
      command: cmd`ipset restore`,
      stdin: names.map((name) => `destroy ${name}\n`).join(''),
    },
  ];
}

/** kube-proxy's sets, as far as rules tell of them. */
function ownSetsIn(rules: readonly IptablesRules[]): readonly string[] {
  const all = rules.flatMap(({ tables }) => tables.flatMap((table) => table.rules.flatMap(matchedSets)));
  return [...new Set(all)].filter((name) => name.startsWith('KUBE-'));
}

/** KUBE-… sets that nothing uses once kube-proxy's rules are gone, and those that something still uses. */
function setsToDestroy(
  { sets }: IpSets,
  rules: readonly IptablesRules[],
): { sets: readonly string[]; used: readonly string[] } {
  const tables = rules.flatMap((set) => set.tables);
  const ofDoomed = new Map<string, number>();
  for (const table of tables) {
    const remaining = new Set(remainingRules(table, doomedChains(table)));
    const doomed = table.rules.filter((rule) => !remaining.has(rule));
    for (const name of doomed.flatMap(matchedSets)) ofDoomed.set(name, (ofDoomed.get(name) ?? 0) + 1);
  }
  const own = sets.filter(({ name }) => name.startsWith('KUBE-'));
  const isFree = ({ name, references }: (typeof own)[number]): boolean =>
    references <= (ofDoomed.get(name) ?? 0);
  return {
    sets: own.filter(isFree).map(({ name }) => name),
    used: own.filter((set) => !isFree(set)).map(({ name }) => name),
  };
}
