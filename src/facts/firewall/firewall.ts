// The rules by which a host lets packets in and through, whoever made them.
import { script } from '../../core/command.ts';
import type { Fact } from '../fact.ts';
import { iptablesFilter } from './iptables-filter.ts';
import { nftablesFilters } from './nftables-filter.ts';
import type { FilterTable } from './packet-filter.ts';

export interface Firewall {
  readonly tables: readonly FilterTable[];
  /** Which of its flavours plain `iptables` is; null where there is none. */
  readonly flavour: 'nft' | 'legacy' | null;
  /** False where nftables has rules that could not be read: an nft too old for JSON, or none. */
  readonly isWhole: boolean;
  /** The host is part of a cluster already, or becomes part of one. */
  readonly isNode: boolean;
}

/** Of iptables both flavours count: rules of one do not show in the other. */
export const firewall: Fact<Firewall> = {
  name: 'firewall.rules',
  scope: 'host',
  probe: () => program,
  parse({ stdout }) {
    if (!/^## checked$/m.test(stdout)) throw new Error('the checks did not come to their end');
    const [, ...parts] = stdout.split(/^## /m);
    const sections = parts.map((part) => {
      const [name = '', ...lines] = part.split('\n');
      return { name, lines };
    });
    const iptables = sections
      .filter(({ name, lines }) => name.includes('tables') && lines.includes('*filter'))
      .map(({ name, lines }) => iptablesFilter(name, lines));
    const json = sections.find(({ name }) => name === 'nft')?.lines.join('\n');
    // What iptables of the newer flavour makes are tables of nftables.
    const known = iptables.map(({ families }) => (families[0] === 6 ? 'ip6 filter' : 'ip filter'));
    const nftables = json === undefined ? [] : nftablesFilters(json, known);
    return {
      tables: [...iptables, ...(nftables ?? [])],
      flavour: flavourOf(sections.find(({ name }) => name === 'version')?.lines[0]),
      isWhole: nftables !== null,
      isNode: sections.some(({ name }) => name === 'node'),
    };
  },
};

/** `iptables v1.8.9 (nf_tables)`; older ones know one flavour, and name none. */
function flavourOf(version: string | undefined): Firewall['flavour'] {
  if (version === undefined || version === '') return null;
  return version.includes('nf_tables') ? 'nft' : 'legacy';
}

const program = script(`
for family in iptables ip6tables; do
  found=
  for program in "$family-legacy" "$family-nft" "$family"; do
    if [ "$program" = "$family" ] && [ -n "$found" ]; then continue; fi
    if command -v "$program-save" >/dev/null 2>&1; then
      found=yes
      echo "## $program"
      "$program-save" 2>/dev/null | sed -n '/^\\*filter/,/^COMMIT/p'
    fi
  done
done
if command -v iptables >/dev/null 2>&1; then
  echo '## version'
  iptables -V 2>/dev/null
fi
if command -v nft >/dev/null 2>&1; then
  echo '## nft'
  nft -j list ruleset 2>/dev/null
  echo
fi
[ ! -e /etc/kubernetes/kubelet.conf ] || echo '## node'
echo '## checked'
`);
