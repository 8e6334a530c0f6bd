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
  /** False where nftables has rules that could not be read: its nft is too old for JSON. */
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
    const lineOf = (wanted: string) => sections.find(({ name }) => name === wanted)?.lines;
    const flavour = flavourOf(lineOf('version')?.[0]);
    // What iptables of the newer flavour makes are tables of nftables; those of the older one are none.
    const known = iptables
      .filter(({ origin }) => origin.endsWith('-nft') || (flavour === 'nft' && !origin.endsWith('-legacy')))
      .map(({ families }) => (families[0] === 6 ? 'ip6 filter' : 'ip filter'));
    const nftables = json === undefined ? [] : nftablesFilters(json, known);
    return {
      tables: [...iptables, ...(nftables ?? [])],
      flavour,
      isWhole: nftables !== null || !(lineOf('nft-tables') ?? []).some((line) => mayFilter(line, known)),
      isNode: sections.some(({ name }) => name === 'node'),
    };
  },
};

/** iptables' tables of other names only change packets. */
function mayFilter(line: string, known: readonly string[]): boolean {
  const [, table] = /^table ((?:ip|ip6|inet) .+)$/.exec(line) ?? [];
  return table !== undefined && !known.includes(table) && !/^ip6? (mangle|nat|raw|security)$/.test(table);
}

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
  if ! nft -j list ruleset 2>/dev/null; then
    echo '## nft-tables'
    nft list tables 2>/dev/null
  fi
  echo
fi
[ ! -e /etc/kubernetes/kubelet.conf ] || echo '## node'
echo '## checked'
`);
