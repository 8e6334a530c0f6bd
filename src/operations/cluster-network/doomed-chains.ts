// Which iptables chains are kube-proxy's, the kubelet's or our pod network's, and the lines that take them away.
import type { IptablesTable } from '../../facts/network/iptables-rules.ts';
import { podNetworkName } from '../../kube/pod-network.ts';

/** Chains that the portmap plugin shares among all CNI networks of the host. */
const sharedChains = ['CNI-HOSTPORT-DNAT', 'CNI-HOSTPORT-MASQ', 'CNI-HOSTPORT-SETMARK'];

/** Whose chains go. */
export interface ChainOwner {
  /** Name of the CNI network. */
  readonly network: string;
  /** With what the names of its other chains begin, if it has any. */
  readonly prefix?: string | undefined;
}

const kubernetes: ChainOwner = { network: podNetworkName, prefix: 'KUBE-' };

/**
 * KUBE-… chains are Kubernetes' alone. A CNI-… chain is ours when a rule that leads to it, or one in it, names our pod
 * network; the shared ones go when they lead to no chain of another network.
 * @param owner another one than Kubernetes and our pod network
 */
export function doomedChains(
  { chains, rules }: IptablesTable,
  { network, prefix }: ChainOwner = kubernetes,
): readonly string[] {
  const parsed = rules.map(parseRule);
  const ours = new Set(
    parsed
      .filter(({ text }) => text.includes(`name: \\"${network}\\"`))
      .flatMap(({ chain, target }) => [chain, target ?? ''])
      .filter((chain) => chain.startsWith('CNI-') && !sharedChains.includes(chain)),
  );
  const isForeign = (chain: string | undefined): boolean =>
    chain?.startsWith('CNI-') === true && !sharedChains.includes(chain) && !ours.has(chain);
  const isSharedInUse = parsed.some(({ chain, target }) => sharedChains.includes(chain) && isForeign(target));
  return chains.filter(
    (chain) =>
      (prefix !== undefined && chain.startsWith(prefix)) ||
      ours.has(chain) ||
      (sharedChains.includes(chain) && !isSharedInUse),
  );
}

/**
 * The lines for iptables-restore --noflush that take chains away, and nothing else: first the rules that lead to them
 * from chains that stay, one by one, then what is in them, then themselves.
 */
export function removalLines({ name, rules }: IptablesTable, doomed: readonly string[]): readonly string[] {
  const gone = new Set(doomed);
  const leading = rules.filter((rule) => {
    const { chain, target } = parseRule(rule);
    return !gone.has(chain) && target !== undefined && gone.has(target);
  });
  return [
    `*${name}`,
    ...leading.map((rule) => rule.replace(/^-A /, '-D ')),
    ...doomed.map((chain) => `-F ${chain}`),
    ...doomed.map((chain) => `-X ${chain}`),
    'COMMIT',
  ];
}

/** The rules that are left when chains are gone. */
export function remainingRules({ rules }: IptablesTable, doomed: readonly string[]): readonly string[] {
  const gone = new Set(doomed);
  return rules.filter((rule) => {
    const { chain, target } = parseRule(rule);
    return !gone.has(chain) && (target === undefined || !gone.has(target));
  });
}

/** Names of the IP sets that a rule matches against, as often as it does. */
export function matchedSets(rule: string): readonly string[] {
  return [...rule.matchAll(/--(?:match-set|add-set|del-set|map-set) (\S+)/g)].flatMap(
    (match) => match[1] ?? [],
  );
}

interface Rule {
  readonly text: string;
  readonly chain: string;
  /** Where a packet goes on: a chain, or a verdict such as ACCEPT. */
  readonly target: string | undefined;
}

function parseRule(text: string): Rule {
  const chain = /^-A (\S+)/.exec(text)?.[1] ?? '';
  // A comment may hold anything, " -j " too.
  const target = / -[jg] (\S+)/.exec(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))?.[1];
  return { text, chain, target };
}
