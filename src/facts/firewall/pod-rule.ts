// The rules that let pods' packets through a host that forwards only what a rule allows, for the built-in pod network.
import {
  canonicalCidr,
  compareIp,
  isIpv6,
  parseIp,
  rangeCidrs,
  splitNetworks,
  type IpRange,
} from '../../core/ip.ts';
import { managedDirectories } from '../../core/managed.ts';
import { podBridge, podNetworkName } from '../../kube/pod-network.ts';

/** The unit that brings the rules back after a boot, and when a firewall has been restarted. */
export const podRulesUnit = 'ipvs-bootstrap-pod-rules.service';

export const podRulesPaths = {
  script: `${managedDirectories.config}/pod-rules.sh`,
  unit: `/etc/systemd/system/${podRulesUnit}`,
} as const;

/** By their comment ours are told from others. */
export const podRulesComment = `${podNetworkName}-pods`;

/** Services of firewalls that forget other people's rules when they are restarted. */
export const firewallUnits = [
  'firewalld.service',
  'ip6tables.service',
  'iptables.service',
  'netfilter-persistent.service',
  'nftables.service',
  'ufw.service',
] as const;

/** A rule of the table filter, for `iptables -C`, `-I` and `-D`. */
export interface PodRule {
  readonly command: 'iptables' | 'ip6tables';
  readonly chain: 'FORWARD' | 'INPUT';
  /** Match and target, words separated by blanks. */
  readonly rule: string;
}

export interface PodRulesArgs {
  /** CIDRs of both families, separated by commas. */
  readonly pods: string;
  readonly services: string;
  /** The port of the API, where the host serves it. */
  readonly apiPort: number | null;
  /** For each node its addresses, of both families. */
  readonly nodes: readonly (readonly string[])[];
}

/**
 * What pods may do is said by network policies: all that their bridge brings is forwarded. To them comes what other pods and
 * the nodes send, and what belongs to connections that are there: answers of a pod pass the node that has balanced, too.
 * A Service's packet comes to the host that balances it first, and one for the API to that host. Written as iptables-save
 * prints it.
 */
export function podRules({ pods, services, apiPort, nodes }: PodRulesArgs): readonly PodRule[] {
  return splitNetworks(pods).flatMap((written): readonly PodRule[] => {
    const network = canonicalCidr(written);
    const command = isIpv6(network) ? 'ip6tables' : 'iptables';
    const own = splitNetworks(services).filter((one) => isIpv6(one) === isIpv6(network));
    const fromPods = `-s ${network} -i ${podBridge}`;
    const known = '-m conntrack --ctstate RELATED,ESTABLISHED';
    const forwarded = [
      fromPods,
      ...toPods(network, nodes).map((match) => `${match} -o ${podBridge}`),
      `-s ${network} ${known}`,
      `-d ${network} ${known}`,
    ];
    const taken = [
      ...own.map((service) => `-s ${network} -d ${canonicalCidr(service)} -i ${podBridge}`),
      ...(apiPort === null ? [] : [`${fromPods} -p tcp -m tcp --dport ${apiPort}`]),
    ];
    const ruleIn =
      (chain: PodRule['chain']) =>
      (match: string): PodRule => ({
        command,
        chain,
        rule: `${match} -m comment --comment ${podRulesComment} -j ACCEPT`,
      });
    return [...forwarded.map(ruleIn('FORWARD')), ...taken.map(ruleIn('INPUT'))];
  });
}

/** Which of its IPv6 addresses a node sends with, nobody knows beforehand: with IPv6 pods are reached from everywhere. */
function toPods(network: string, nodes: PodRulesArgs['nodes']): readonly string[] {
  const known = nodes.map((addresses) => addresses.filter((one) => !isIpv6(one)));
  if (isIpv6(network) || known.some((addresses) => addresses.length === 0)) return [`-d ${network}`];
  return [network, ...addressCidrs(known.flat())].map((source) => `-s ${source} -d ${network}`);
}

/** The fewest networks that hold these addresses and no others: nodes often have one after the other. */
function addressCidrs(addresses: readonly string[]): readonly string[] {
  const sorted = addresses.flatMap((text) => parseIp(text) ?? []).toSorted(compareIp);
  const ranges: IpRange[] = [];
  for (const { family, value } of sorted) {
    const before = ranges.at(-1);
    const follows = before !== undefined && value <= before.last + 1n;
    ranges.splice(follows ? -1 : ranges.length, 1, {
      family,
      first: follows ? before.first : value,
      last: value,
    });
  }
  return ranges.flatMap(rangeCidrs);
}
