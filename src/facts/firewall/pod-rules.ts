// The live side of the rules that let pods' packets through: which are there, and the unit that brings them back.
import { cmd, script, type Command } from '../../core/command.ts';
import { kubernetesPaths } from '../../kube/paths.ts';
import { podRulesComment, podRulesUnit, type PodRule } from './pod-rule.ts';
import type { Fact } from '../fact.ts';

export interface PodRulesState {
  readonly isNode: boolean;
  readonly isUnitEnabled: boolean;
  /** For each rule in order; `unknown` where the host has no program for it. */
  readonly rules: readonly ('present' | 'absent' | 'unknown')[];
  /** Rules of ours that are there, those of another version among them. */
  readonly own: number;
}

export const podRulesState: Fact<PodRulesState, { readonly rules: readonly PodRule[] }> = {
  name: 'pod-rules.state',
  scope: 'host',
  probe: ({
    rules,
  }) => cmd`unit=${podRulesUnit} node=${kubernetesPaths.kubeletKubeconfig} comment=${podRulesComment}
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
      own: Number(/^own (\d+)$/m.exec(stdout)?.[1]),
    };
  },
};

const program = script(`
[ ! -e "$node" ] || echo node
echo "unit $(systemctl is-enabled "$unit" 2>/dev/null)"
# One listing tells of most rules; as a rule may be printed in another way, iptables has the last word.
for family in iptables ip6tables; do
  command -v "$family" >/dev/null 2>&1 || continue
  found=$("$family" -w -S 2>/dev/null | tr -d '\\042' | sed -n "/ --comment $comment /s/^-A/$family/p")
  listed="$listed
$found
"
done
own=$(printf '%s' "$listed" | sort -u | grep -c .)
echo "own $own"
check() {
  command -v "$1" >/dev/null 2>&1 || { echo "rule unknown"; return; }
  case $listed in *"
$1 $2
"*) echo "rule present"; return ;; esac
  if "$1" -w -C $2 2>/dev/null; then echo "rule present"; else echo "rule absent"; fi
}
`);

function checks(rules: readonly PodRule[]): Command {
  return rules.reduce(
    (all, { command, chain, rule }) => cmd`${all}\ncheck ${command} ${`${chain} ${rule}`}`,
    script(''),
  );
}
