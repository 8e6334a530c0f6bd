// The rules that let the packets of pods through, gone from a host that has left the cluster; everybody else's stay.
import { z } from 'zod';
import { cmd, sequence } from '../../core/command.ts';
import { ask } from '../../facts/fact.ts';
import { textFile } from '../../facts/files/file.ts';
import { iptablesRules, type IptablesRules } from '../../facts/network/iptables-rules.ts';
import { podRulesComment, podRulesPaths, podRulesUnit } from '../../facts/firewall/pod-rule.ts';
import { defineOperation, type FactReader, type Step } from '../operation.ts';

export const podRulesRemoved = defineOperation({
  name: 'pod-rules.removed',
  summary: "Removes our own rules that let the packets of pods through, and their unit; others' rules stay.",
  args: z.strictObject({}),
  example: `
- name: Remove the rules that let the packets of pods through
  op: pod-rules.removed # after cluster.left: until then its pods run
`,
  needs: () => [{ query: ask(iptablesRules) }, ...fileQueries.map((query) => ({ query }))],
  plan: (_, facts) => ({
    steps: [...unitSteps(facts), ...facts.get(ask(iptablesRules)).flatMap(ruleSteps)],
  }),
});

const paths = [podRulesPaths.script, podRulesPaths.unit];
const fileQueries = paths.map((path) => ask(textFile, { path }));

function unitSteps(facts: FactReader): readonly Step[] {
  if (fileQueries.every((query) => facts.get(query) === null)) return [];
  return [
    {
      kind: 'exec',
      title: "stop and remove the unit of the rules for pods' packets",
      command: sequence([
        cmd`{ systemctl disable --now --quiet ${podRulesUnit} 2>/dev/null || :; }`,
        cmd`rm -f ${paths}`,
        cmd`systemctl daemon-reload`,
      ]),
    },
  ];
}

/** One by one, as they are there: an earlier version may have made others. */
function ruleSteps({ program, tables }: IptablesRules): readonly Step[] {
  const rules = tables
    .filter(({ name }) => name === 'filter')
    .flatMap((table) => table.rules.map((rule) => rule.replaceAll('"', '')))
    .filter((rule) => rule.includes(` --comment ${podRulesComment} `));
  return rules.map((rule) => ({
    kind: 'exec',
    title: `remove our rule from ${program}: ${rule.replace(/^-A /, '')}`,
    command: cmd`${program} -w -D ${rule.split(' ').slice(1)}`,
  }));
}
