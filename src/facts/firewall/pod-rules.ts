// The live side of the rules that let pods' packets through: which are there, and the unit that brings them back.
import { cmd, script, type Command } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { podRulesUnit, type PodRule } from './pod-rule.ts';
import type { Fact } from '../fact.ts';

export interface PodRulesState {
  readonly isNode: boolean;
  readonly isUnitEnabled: boolean;
  /** For each rule in order; `unknown` where the host has no program for it. */
  readonly rules: readonly ('present' | 'absent' | 'unknown')[];
}

export const podRulesState: Fact<PodRulesState, { readonly rules: readonly PodRule[] }> = {
  name: 'pod-rules.state',
  scope: 'host',
  probe: ({ rules }) => cmd`unit=${podRulesUnit} node=${kubernetesPaths.kubeletKubeconfig}
${program}
${checks(rules)}
echo checked`,
  parse({ stdout }) {
    if (!/^checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    return {
      isNode: /^node$/m.test(stdout),
      isUnitEnabled: /^unit enabled$/m.test(stdout),
      rules: [...stdout.matchAll(/^rule (present|absent|unknown)$/gm)].map(([, state]) =>
        state === 'present' || state === 'absent' ? state : 'unknown',
      ),
    };
  },
};

const program = script(`
[ ! -e "$node" ] || echo node
echo "unit $(systemctl is-enabled "$unit" 2>/dev/null)"
check() {
  command -v "$1" >/dev/null 2>&1 || { echo "rule unknown"; return; }
  if "$1" -w -C $2 2>/dev/null; then echo "rule present"; else echo "rule absent"; fi
}
`);

function checks(rules: readonly PodRule[]): Command {
  return rules.reduce(
    (all, { command, chain, rule }) => cmd`${all}\ncheck ${command} ${`${chain} ${rule}`}`,
    script(''),
  );
}
