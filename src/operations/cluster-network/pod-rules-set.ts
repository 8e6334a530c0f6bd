// The rules that let the packets of pods through a host, there after a boot too. What else the host's firewall does, stays.
import { z } from 'zod';
import { cmd } from '../../core/command.ts';
import { count } from '../../core/count.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { firewall } from '../../facts/firewall/firewall.ts';
import { podRulesState } from '../../facts/firewall/pod-rules.ts';
import {
  firewallUnits,
  podRulesComment,
  podRulesPaths,
  podRulesUnit,
  type PodRule,
} from '../../facts/firewall/pod-rule.ts';
import { renderTemplate } from '../../render/template.ts';
import { textFileSteps } from '../files/text-file-steps.ts';
import { stoppedByIptables } from '../firewall/pod-packets.ts';
import { defineOperation, type Step } from '../operation.ts';
import { podRulesArgs, podRulesOf } from './pod-rules-args.ts';

export const podRulesSet = defineOperation({
  name: 'pod-rules.set',
  summary:
    'Lets the packets of pods through where a host forwards only what a rule allows, as with Docker or ufw: rules of our own in iptables, before those of others, and a unit that brings them back.',
  args: z.strictObject(podRulesArgs),
  example: `
- name: Let the packets of pods through
  op: pod-rules.set
  with: { cluster: '\${{ cluster }}', roles: '\${{ host.roles }}' }
`,
  needs: (wanted) => [
    { query: ask(podRulesState, { rules: podRulesOf(wanted) }) },
    { query: ask(firewall) },
    ...fileQueries.map((query) => ({ query })),
  ],
  plan(wanted, facts) {
    const rules = podRulesOf(wanted);
    const state = facts.get(ask(podRulesState, { rules }));
    const known = rules.filter((_, index) => state.rules[index] !== 'unknown');
    if (known.length === 0) return { steps: [], unsettled: 'iptables is not installed yet' };
    const [script, unit] = fileSteps(known, (path) => facts.get(ask(textFile, { path })));
    const missing = rules.filter((_, index) => state.rules[index] === 'absent');
    const surplus = state.own - (known.length - missing.length);
    const isLive = state.isUnitEnabled && missing.length === 0 && surplus <= 0;
    const isStopped = stoppedByIptables(facts.get(ask(firewall)), wanted.cluster.network);
    const writes = [...script, ...unit];
    const start = writes.length > 0 || !isLive ? [startStep(missing.length, surplus)] : [];
    return { steps: [...writes, ...start, ...(start.length === 0 && isStopped ? [firstStep] : [])] };
  },
});

const fileQueries = [podRulesPaths.script, podRulesPaths.unit].map((path) => ask(textFile, { path }));

function fileSteps(
  rules: readonly PodRule[],
  found: (path: string) => Parameters<typeof textFileSteps>[1],
): readonly [readonly Step[], readonly Step[]] {
  const { script, unit } = podRulesPaths;
  const commands = [...new Set(rules.map(({ command }) => command))];
  const variables = { script, firewalls: firewallUnits };
  const [one, two] = [
    {
      path: script,
      content: renderTemplate('pod-rules.sh', { rules, script, comment: podRulesComment, commands }),
      exclusive: true,
    },
    { path: unit, content: renderTemplate(podRulesUnit, variables), exclusive: true },
  ];
  return [textFileSteps(one, found(script)), textFileSteps(two, found(unit))];
}

/** Enabling has systemd read its units again. */
function startStep(missing: number, surplus: number): Step {
  const removed = 'that are needed no more are removed';
  const parts = [
    ...(missing === 0 ? [] : [`${count(missing, 'rule')} of iptables`]),
    ...(surplus <= 0
      ? []
      : [missing === 0 ? `${count(surplus, 'rule')} of iptables ${removed}` : `${surplus} ${removed}`]),
  ];
  const what = parts.length === 0 ? '' : `: ${parts.join(', ')}`;
  return {
    kind: 'exec',
    title: `let the packets of pods through${what}`,
    command: cmd`systemctl enable --quiet ${podRulesUnit} &&
systemctl restart ${podRulesUnit} || { journalctl --unit ${podRulesUnit} --lines 5 --output cat >&2; exit 1; }`,
  };
}

const firstStep: Step = {
  kind: 'exec',
  title: 'put the rules that let the packets of pods through before those that stop them',
  command: cmd`sh ${podRulesPaths.script} first`,
};
