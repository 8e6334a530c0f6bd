// Whether a node lets the packets of pods through: our rules are there, and no rule of others stops them first.
import { z } from 'zod';
import { ask } from '../../facts/fact.ts';
import { firewall } from '../../facts/firewall/firewall.ts';
import { podRulesState } from '../../facts/firewall/pod-rules.ts';
import { nodeArg } from '../args/scalars.ts';
import { podRulesArgs, podRulesOf } from '../cluster-network/pod-rules-args.ts';
import { drift } from '../drift.ts';
import { podCards, podFindings } from '../firewall/pod-packets.ts';
import { defineOperation, unchanged } from '../operation.ts';

export const podRulesPresent = defineOperation({
  name: 'pod-rules.present',
  summary: 'Checks that a node lets the packets of pods through, as far as the rules of its firewall tell.',
  args: z.strictObject({ node: nodeArg, ...podRulesArgs }),
  example: `
- name: Look whether the nodes let the packets of pods through
  op: pod-rules.present
  with: { node: '\${{ host.name }}', cluster: '\${{ cluster }}', roles: '\${{ host.roles }}' }
`,
  problemCode: 'verify.drift',
  needs: (wanted) => [{ query: ask(podRulesState, { rules: podRulesOf(wanted) }) }, { query: ask(firewall) }],
  plan(wanted, facts) {
    const { node, cluster } = wanted;
    const rules = podRulesOf(wanted);
    const state = facts.get(ask(podRulesState, { rules }));
    if (!state.isNode) return unchanged;
    const missing = rules.filter((_, index) => state.rules[index] === 'absent');
    const stopped = podFindings(facts.get(ask(firewall)), cluster.network, 'other', podCards('host-gw'));
    return {
      steps: [],
      problems: [
        ...missing.map(({ command, chain, rule }) =>
          drift({
            kind: 'pod-rules.missing',
            node,
            expected: `${command} ${chain} ${rule}`,
            message: `a rule that lets the packets of pods through is gone (${command}, chain ${chain}): ${rule}`,
            hint: 'Run "up": it puts the rule back',
          }),
        ),
        ...stopped.map(({ message, hint }) =>
          drift({ kind: 'pod-packets.stopped', node, message, hint: `Run "up", or do it yourself. ${hint}` }),
        ),
      ],
    };
  },
});
