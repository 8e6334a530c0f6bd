// The iptables rules of a host, from each flavour (legacy, nft) and both families.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';

export interface IptablesTable {
  /** `nat`, `filter`, … */
  readonly name: string;
  readonly chains: readonly string[];
  /** Rules as iptables-save prints them: `-A PREROUTING -j KUBE-SERVICES`. */
  readonly rules: readonly string[];
}

export interface IptablesRules {
  /** `iptables-legacy`, `ip6tables-nft`, …; its `-save` was asked, its `-restore` changes the rules. */
  readonly program: string;
  readonly tables: readonly IptablesTable[];
}

/** Only programs that the host has, and that found tables. */
export const iptablesRules: Fact<readonly IptablesRules[]> = {
  name: 'iptables.rules',
  scope: 'host',
  // Rules of one flavour do not show in the other; kube-proxy's image chooses by itself. Plain iptables is one of both.
  probe: () =>
    script(`
for family in iptables ip6tables; do
  found=
  for program in "$family-legacy" "$family-nft" "$family"; do
    if [ "$program" = "$family" ] && [ -n "$found" ]; then continue; fi
    if command -v "$program-save" >/dev/null 2>&1; then
      found=yes
      echo "## $program"
      "$program-save" 2>/dev/null
    fi
  done
done
:
`),
  parse({ stdout }) {
    const [, ...programs] = stdout.split(/^## /m);
    return programs
      .map((text) => {
        const [program = '', ...lines] = text.split('\n');
        return { program: program.trim(), tables: readTables(lines) };
      })
      .filter(({ tables }) => tables.length > 0);
  },
};

function readTables(lines: readonly string[]): readonly IptablesTable[] {
  const tables: { name: string; chains: string[]; rules: string[] }[] = [];
  for (const line of lines) {
    const table = tables.at(-1);
    if (line.startsWith('*')) tables.push({ name: line.slice(1).trim(), chains: [], rules: [] });
    else if (line.startsWith(':')) table?.chains.push(line.slice(1).split(' ')[0] ?? '');
    else if (line.startsWith('-A ')) table?.rules.push(line.trimEnd());
  }
  return tables;
}
